-- What is disclosed keeps how much of each level and year came from each other book, so that the sums of a division together with the
-- books below it are made of one view. It is emptied once more, since the rows can only be made by following the events again; the
-- service does so when it starts.
drop schema views_next cascade;
create schema views_next;

delete from views.checkpoints where view = 'disclosure';

truncate
  views.disclosure_lines,
  views.disclosure_lines_past,
  views.disclosure_members,
  views.disclosure_members_past,
  views.disclosure_money,
  views.disclosure_money_past,
  views.disclosure_counts,
  views.disclosure_counts_past,
  views.disclosure_objections,
  views.disclosure_objections_past,
  views.disclosure_duties,
  views.disclosure_duties_past,
  views.disclosure_told,
  views.disclosure_told_past;

create table views.disclosure_received (
  book text collate "C" not null,
  from_book text collate "C" not null,
  level text collate "C" not null,
  year integer not null,
  amount_fen bigint not null,
  changed_seq integer not null,
  primary key (book, from_book, level, year),
  constraint disclosure_received_not_negative check (amount_fen >= 0)
);

create table views.disclosure_received_past (
  like views.disclosure_received,
  superseded_seq integer not null,
  primary key (book, from_book, level, year, superseded_seq)
);
