-- A book is a code of division, all digits. As a number the first column of every key and index of the views is compared in one step: as a
-- text it was the same for all rows of a book, and finding it in two keys was 40 % of making their indexes.
do $$
declare
  name text;
begin
  for name in
    select relname from pg_class where relnamespace = 'views'::regnamespace and relkind = 'r' and relname <> 'checkpoints' order by relname
  loop
    execute format('alter table views.%I alter column book type bigint using book::bigint', name);
  end loop;
end
$$;
