-- The transparency log of each book: RFC 6962 over the canonical bytes of its events, leaf i being event i.

-- Every checkpoint that was ever signed, one for each batch of events; a C2SP signed note.
create table log_checkpoints (
  book text not null,
  size bigint not null,
  note text not null,
  primary key (book, size),
  constraint log_checkpoints_size_from_one check (size >= 1)
);

-- Hashes of the tiles above the lowest: the root of each full tile below. The leaves are not repeated here; they are the
-- hashes of the events.
create table log_tile_hashes (
  book text not null,
  level smallint not null,
  index bigint not null,
  hash bytea not null,
  primary key (book, level, index),
  constraint log_tile_hashes_level_in_log check (level between 1 and 7),
  constraint log_tile_hashes_index_from_zero check (index >= 0),
  constraint log_tile_hashes_hash_is_sha256 check (octet_length(hash) = 32)
);

create function refuse_change_of_log() returns trigger language plpgsql as $$
begin
  raise exception 'what the log has signed is never changed or deleted' using errcode = 'restrict_violation';
end
$$;

create trigger log_checkpoints_are_never_changed before update or delete on log_checkpoints
  for each row execute function refuse_change_of_log();

create trigger log_checkpoints_are_never_truncated before truncate on log_checkpoints
  for each statement execute function refuse_change_of_log();

create trigger log_tile_hashes_are_never_changed before update or delete on log_tile_hashes
  for each row execute function refuse_change_of_log();

create trigger log_tile_hashes_are_never_truncated before truncate on log_tile_hashes
  for each statement execute function refuse_change_of_log();
