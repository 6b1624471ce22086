-- Each checkpoint tells the size of the one before it, so that one that was taken out from between is missed: the signed
-- text has no room for it, and a later checkpoint covers all that an earlier one covered.
alter table log_checkpoints add column previous bigint;

alter table log_checkpoints disable trigger log_checkpoints_are_never_changed;

update log_checkpoints as checkpoint set previous = chain.previous
from (
  select book, size, lag(size, 1, 0::bigint) over (partition by book order by size) as previous from log_checkpoints
) as chain
where (checkpoint.book, checkpoint.size) = (chain.book, chain.size);

alter table log_checkpoints enable trigger log_checkpoints_are_never_changed;

alter table log_checkpoints
  alter column previous set not null,
  add constraint log_checkpoints_follow_a_smaller check (previous >= 0 and previous < size);
