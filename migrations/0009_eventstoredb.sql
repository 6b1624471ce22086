-- Beside EventStoreDB, where EVENT_STORE=eventstoredb keeps the events: what must be found in them without reading them, and
-- what is about to be appended there. `streams`, `claims` and the tables of the log serve both event stores; `events` is empty.

-- The entries that are sealed: they stand in their stream, and a checkpoint of the log covers them. Made out of the streams,
-- from which what is missing here is brought up to date.
create table stream_index (
  book text not null,
  seq bigint not null,
  type text not null,
  command text not null,
  request_hash bytea not null,
  recorded_at timestamptz not null,
  primary key (book, seq),
  constraint stream_index_command_once unique (book, command),
  constraint stream_index_seq_from_zero check (seq >= 0),
  constraint stream_index_request_hash_is_sha256 check (octet_length(request_hash) = 32)
);

create trigger stream_index_is_never_changed before update or delete on stream_index
  for each row execute function refuse_change_of_events();

create trigger stream_index_is_never_truncated before truncate on stream_index
  for each statement execute function refuse_change_of_events();

-- An append to a stream that takes claims, written down before it is made: whoever finds it here can bring it to its end, so that
-- no claim is left open by a crash. It is decided once its book has moved on, and then it is gone.
create table pending_appends (
  id bigint generated always as identity primary key,
  book text not null,
  expected_revision bigint not null,
  events json not null,
  constraint pending_appends_revision_from_empty check (expected_revision >= -1)
);

create index pending_appends_of_book on pending_appends (book, expected_revision);

create table pending_claims (
  key text primary key,
  pending bigint not null references pending_appends on delete cascade
);

create index pending_claims_of_append on pending_claims (pending);
