-- What has to be disclosed by a notice, and by which it was. What is disclosed is emptied once more, since the duties of
-- entries that are there already can only be found by following the events again; the service does so when it starts.
drop schema views_next cascade;
create schema views_next;

delete from views.checkpoints where view = 'disclosure';

truncate
  views.disclosure_lines,
  views.disclosure_lines_past,
  views.disclosure_members,
  views.disclosure_members_past,
  views.disclosure_sums,
  views.disclosure_sums_past,
  views.disclosure_objections,
  views.disclosure_objections_past;

create table views.disclosure_duties (
  book text collate "C" not null,
  duty text collate "C" not null,
  subject text collate "C" not null,
  division text collate "C" not null,
  title text not null,
  unit text,
  waiting jsonb not null,
  waiting_since date,
  told jsonb not null,
  longest_wait integer not null,
  changed_seq integer not null,
  primary key (book, duty, subject)
);

create table views.disclosure_duties_past (like views.disclosure_duties, superseded_seq integer not null, primary key (book, duty, subject, superseded_seq));

create table views.disclosure_told (
  book text collate "C" not null,
  notice text collate "C" not null,
  duties jsonb not null,
  changed_seq integer not null,
  primary key (book, notice)
);

create table views.disclosure_told_past (like views.disclosure_told, superseded_seq integer not null, primary key (book, notice, superseded_seq));
