-- The event store: one stream for each book, append only.

-- Where each book stands. An append moves the revision it expects, so that two processes never write the same seq and
-- no seq is left out.
create table streams (
  book text primary key,
  revision bigint not null,
  constraint streams_book_is_division_code check (book ~ '^[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?$'),
  constraint streams_revision_from_empty check (revision >= -1)
) with (fillfactor = 50);

-- `canonical` is the event's RFC 8785 JSON; its UTF-8 bytes are what is hashed and served. The other columns repeat
-- parts of it so that they can be indexed; `request_hash` tells a retry from another request under the same key.
create table events (
  book text not null,
  seq bigint not null,
  id uuid not null,
  type text not null,
  command text not null,
  request_hash bytea not null,
  recorded_at timestamptz not null,
  effective_date date not null,
  canonical text not null,
  primary key (book, seq),
  constraint events_command_once unique (book, command),
  constraint events_seq_from_zero check (seq >= 0),
  constraint events_request_hash_is_sha256 check (octet_length(request_hash) = 32),
  constraint events_fit_a_tile check (octet_length(canonical) <= 65535)
);

-- What only one entry of all books may have: the settlement of a dispatch, by its arrival or by its reversal.
create table claims (
  key text primary key,
  book text not null,
  seq bigint not null
);

create function refuse_change_of_events() returns trigger language plpgsql as $$
begin
  raise exception 'events are never changed or deleted' using errcode = 'restrict_violation';
end
$$;

create trigger events_are_never_changed before update or delete on events
  for each row execute function refuse_change_of_events();

create trigger events_are_never_truncated before truncate on events
  for each statement execute function refuse_change_of_events();
