-- A book is a code of division, all digits. As a number the first column of every key and index of the views is compared in one step: as a
-- text it was the same for all rows of a book, and finding it in two keys was 40 % of making their indexes.
-- A rebuild that an older version has begun would bring texts back: it ends, and is to be begun again.
drop schema views_next cascade;
create schema views_next;

do $$
declare
  name text;
begin
  for name in
    select relname from pg_class where relnamespace = 'views'::regnamespace and relkind = 'r' and relname <> 'checkpoints' order by relname
  loop
    execute format('alter table views.%I alter column book type bigint using book::bigint', name);
    -- The statistics of the column went with its type, and would not be made anew until much has changed.
    execute format('analyze views.%I', name);
  end loop;
end
$$;
