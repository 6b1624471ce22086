-- The level of a notice, and by what words a line is found. The lines are emptied, since both come from the events; the followers
-- take in all books again by themselves when the service starts.
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
  views.disclosure_told_past,
  views.disclosure_received,
  views.disclosure_received_past;

drop table views.disclosure_lines_past;
alter table views.disclosure_lines drop column changed_seq;
alter table views.disclosure_lines add column notice_level text collate "C";
alter table views.disclosure_lines add column terms text collate "C" not null;
alter table views.disclosure_lines add column changed_seq integer not null;
create table views.disclosure_lines_past (like views.disclosure_lines, superseded_seq integer not null, primary key (book, kind, id, superseded_seq));

create index disclosure_lines_terms_idx on views.disclosure_lines using gin (string_to_array(terms, E'\n'));

-- Persons are found by their name too, as it is shown: by an HMAC, as by their ID number, which an erasure empties. That of what
-- is sealed already is added by the service.
alter table vault_seals add column name_index bytea;
alter table vault_seals add constraint vault_seals_name_index_is_hmac check (octet_length(name_index) = 32);
alter table vault_seals add constraint vault_seals_name_index_erased check (ciphertext is not null or name_index is null);
create index vault_seals_by_name on vault_seals (book, name_index) where name_index is not null;
create index vault_seals_without_name on vault_seals (book, command) where name_index is null and ciphertext is not null;
