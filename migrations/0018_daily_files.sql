-- Files of what is disclosed, one set for each division and each day after which something is new; see
-- docs/decisions/daily-files.md. A set is there whole or not at all, and is never changed: whoever made it committed once. `pins` is
-- the entry of each book up to which it tells: {"640121": 17}.
create table daily_editions (
  division text not null,
  day date not null,
  pins jsonb not null,
  made_at timestamptz not null default now(),
  primary key (division, day),
  constraint daily_editions_division_is_code check (division ~ '^[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?$')
);

-- `sha256` is of the file as it is sent; `content_sha256` of what is packed in it, which another edition of the packer packs otherwise.
create table daily_files (
  division text not null,
  day date not null,
  name text not null,
  rows integer not null,
  bytes bigint not null,
  sha256 text not null,
  content_sha256 text not null,
  primary key (division, day, name),
  foreign key (division, day) references daily_editions on delete cascade,
  constraint daily_files_hashes_are_sha256 check (sha256 ~ '^[0-9a-f]{64}$' and content_sha256 ~ '^[0-9a-f]{64}$'),
  constraint daily_files_not_negative check (rows >= 0 and bytes > 0)
);

create table daily_file_parts (
  division text not null,
  day date not null,
  name text not null,
  number integer not null,
  bytes bytea not null,
  primary key (division, day, name, number),
  foreign key (division, day) references daily_editions on delete cascade
);

-- It is packed already.
alter table daily_file_parts alter column bytes set storage external;

create function refuse_change_of_daily_files() returns trigger language plpgsql as $$
begin
  raise exception 'the files of a day are never changed' using errcode = 'restrict_violation';
end
$$;

create trigger daily_editions_are_never_changed before update on daily_editions
  for each row execute function refuse_change_of_daily_files();
create trigger daily_files_are_never_changed before update on daily_files
  for each row execute function refuse_change_of_daily_files();
create trigger daily_file_parts_are_never_changed before update on daily_file_parts
  for each row execute function refuse_change_of_daily_files();
