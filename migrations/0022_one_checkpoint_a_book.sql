-- Where the views of a book stand: one row instead of one for each view, since they mostly move together. What a rebuild makes beside
-- those in use has no checkpoints of its own.
drop schema views_next cascade;
create schema views_next;

alter table views.checkpoints rename to checkpoints_by_view;
alter table views.checkpoints_by_view rename constraint checkpoints_pkey to checkpoints_by_view_pkey;

-- By the name of the view the seq of the last event that its rows hold, moved in the transaction that changes the rows; a view that is
-- not named has none.
create table views.checkpoints (
  book text collate "C" not null,
  seqs jsonb not null,
  primary key (book),
  constraint checkpoints_of_views check (jsonb_typeof(seqs) = 'object'),
  constraint checkpoints_seqs_from_empty check (not seqs @? '$.* ? (@.type() != "number" || @ < -1)')
) with (fillfactor = 50);

insert into views.checkpoints (book, seqs)
select book, jsonb_object_agg(view, seq) from views.checkpoints_by_view group by book;

drop table views.checkpoints_by_view;
