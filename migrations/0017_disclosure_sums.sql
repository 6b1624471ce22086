-- The sums of what is disclosed get a row for each of their figures: as one value for all of a division's policies they were
-- written anew with every transaction, whatever had changed in them. What is disclosed is emptied once more, since the rows can
-- only be made by following the events again; the service does so when it starts.
drop schema views_next cascade;
create schema views_next;

delete from views.checkpoints where view = 'disclosure';

drop table views.disclosure_sums;
drop table views.disclosure_sums_past;

truncate
  views.disclosure_lines,
  views.disclosure_lines_past,
  views.disclosure_members,
  views.disclosure_members_past,
  views.disclosure_objections,
  views.disclosure_objections_past,
  views.disclosure_duties,
  views.disclosure_duties_past,
  views.disclosure_told,
  views.disclosure_told_past;

-- What stands where in a division with all below it, by what it is for and what became of it.
create table views.disclosure_money (
  book text collate "C" not null,
  division text collate "C" not null,
  level text collate "C" not null,
  use text collate "C" not null,
  outcome text collate "C" not null,
  year integer not null,
  parent text collate "C",
  amount_fen bigint not null,
  changed_seq integer not null,
  primary key (book, division, level, use, outcome, year)
);

create index disclosure_money_book_parent_idx on views.disclosure_money (book, parent);

create table views.disclosure_money_past (
  like views.disclosure_money,
  superseded_seq integer not null,
  primary key (book, division, level, use, outcome, year, superseded_seq)
);

-- How many of a kind there are in a division with all below it.
create table views.disclosure_counts (
  book text collate "C" not null,
  division text collate "C" not null,
  kind text collate "C" not null,
  category text collate "C" not null,
  parent text collate "C",
  count integer not null,
  changed_seq integer not null,
  primary key (book, division, kind, category),
  constraint disclosure_counts_not_negative check (count >= 0)
);

create index disclosure_counts_book_parent_idx on views.disclosure_counts (book, parent);

create table views.disclosure_counts_past (
  like views.disclosure_counts,
  superseded_seq integer not null,
  primary key (book, division, kind, category, superseded_seq)
);
