-- What witnesses have stated of the checkpoints of `log_checkpoints`: the line of C2SP tlog-cosignature, as it is served.
create table log_cosignatures (
  book text not null,
  size bigint not null,
  witness text not null,
  cosigned_at timestamptz not null,
  line text not null,
  primary key (book, size, witness),
  constraint log_cosignatures_of_a_checkpoint foreign key (book, size) references log_checkpoints (book, size)
);

-- The last one of each witness is where the next proof of consistency begins.
create index log_cosignatures_of_witness on log_cosignatures (witness, book, size desc);

create trigger log_cosignatures_are_never_changed before update or delete on log_cosignatures
  for each row execute function refuse_change_of_log();

create trigger log_cosignatures_are_never_truncated before truncate on log_cosignatures
  for each statement execute function refuse_change_of_log();
