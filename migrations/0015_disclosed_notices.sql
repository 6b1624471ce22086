-- Notices as lines of what is disclosed, and objections. The lines are emptied, since notices that were published before can
-- only be taken in by following the events again; the service does so by itself when it starts.
drop schema views_next cascade;
create schema views_next;

delete from views.checkpoints where view = 'disclosure';

truncate
  views.disclosure_lines,
  views.disclosure_lines_past,
  views.disclosure_members,
  views.disclosure_members_past,
  views.disclosure_sums,
  views.disclosure_sums_past;

drop table views.disclosure_lines_past;
alter table views.disclosure_lines drop column changed_seq;
alter table views.disclosure_lines add column public_from date;
alter table views.disclosure_lines add column public_to date;
alter table views.disclosure_lines add column changed_seq integer not null;
create table views.disclosure_lines_past (like views.disclosure_lines, superseded_seq integer not null, primary key (book, kind, id, superseded_seq));

create table views.disclosure_objections (
  book text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  division text collate "C" not null,
  notice text,
  notice_row integer,
  entry integer,
  filed_on date not null,
  due_on date not null,
  seq integer not null,
  answered_by integer,
  answered_on date,
  outcome text,
  answer text,
  changed_seq integer not null,
  primary key (book, id),
  constraint disclosure_objections_answered_whole
    check ((answered_by is null) = (outcome is null) and (answered_by is null) = (answered_on is null)),
  constraint disclosure_objections_kind_known check (kind in ('objection', 'report'))
);

create index disclosure_objections_book_due_on_id_idx on views.disclosure_objections (book, due_on, id);

create table views.disclosure_objections_past (like views.disclosure_objections, superseded_seq integer not null, primary key (book, id, superseded_seq));
