-- The public keys that have signed checkpoints. A key is never forgotten: what it signed is verified with it for ever.
create table log_keys (
  number integer primary key,
  vkey text not null,
  recorded_at timestamptz not null default now(),
  constraint log_keys_number_from_one check (number >= 1)
);

-- From which size of a book's log a key counts. The key that was current when a book was opened counts from the start and
-- has no row.
create table log_key_starts (
  book text not null,
  number integer not null references log_keys,
  from_size bigint not null,
  primary key (book, number),
  constraint log_key_starts_after_the_first check (from_size >= 2)
);

create trigger log_keys_are_never_changed before update or delete on log_keys
  for each row execute function refuse_change_of_log();

create trigger log_keys_are_never_truncated before truncate on log_keys
  for each statement execute function refuse_change_of_log();

create trigger log_key_starts_are_never_changed before update or delete on log_key_starts
  for each row execute function refuse_change_of_log();

create trigger log_key_starts_are_never_truncated before truncate on log_key_starts
  for each statement execute function refuse_change_of_log();
