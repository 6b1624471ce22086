-- What stood in a large book after so many of its events, so that a start need not read all of them again. It repeats what the
-- events say and may be deleted at any time.
create table book_snapshots (
  book text not null,
  size bigint not null,
  note text not null,
  taken_at timestamptz not null default now(),
  primary key (book, size),
  constraint book_snapshots_size_from_one check (size >= 1)
);

create table book_snapshot_parts (
  book text not null,
  size bigint not null,
  part integer not null,
  bytes bytea not null,
  primary key (book, size, part),
  constraint book_snapshot_parts_of_a_snapshot foreign key (book, size) references book_snapshots on delete cascade,
  constraint book_snapshot_parts_part_from_zero check (part >= 0)
);

-- Reading them back quickly counts for more than their room.
alter table book_snapshot_parts alter column bytes set storage external;
