-- A line of income shared out had an id that income received may have too, `17.F-1`: where an entry brought the second of two such
-- lines, what is disclosed of the book stood still there. It is `17~F-1` now, which no caller can give.
drop schema views_next cascade;
create schema views_next;

update views.disclosure_lines set id = regexp_replace(id, '\.', '~') where kind = 'income' and category = 'shared';
update views.disclosure_lines_past set id = regexp_replace(id, '\.', '~') where kind = 'income' and category = 'shared';
