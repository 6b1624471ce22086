-- The events of a book are in one of sixteen tables, by the hash of its code, so that they can be spread over disks and
-- vacuumed, indexed and restored apart. Nothing else changes: the same columns, keys and refusals.
alter table events rename to events_before_partitions;
alter table events_before_partitions rename constraint events_pkey to events_before_partitions_pkey;
alter table events_before_partitions rename constraint events_command_once to events_before_partitions_command_once;

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
) partition by hash (book);

create trigger events_are_never_changed before update or delete on events
  for each row execute function refuse_change_of_events();

create trigger events_are_never_truncated before truncate on events
  for each statement execute function refuse_change_of_events();

-- A partition gets the trigger of each row from the table, but not the one of the whole statement.
do $$
begin
  for remainder in 0..15 loop
    execute format(
      'create table %1$I partition of events for values with (modulus 16, remainder %2$s);
       create trigger %1$s_are_never_truncated before truncate on %1$I
         for each statement execute function refuse_change_of_events()',
      format('events_%s', lpad(remainder::text, 2, '0')), remainder);
  end loop;
end
$$;

insert into events (book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical)
select book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical
from events_before_partitions order by book, seq;

drop table events_before_partitions;
