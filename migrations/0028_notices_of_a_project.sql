-- A notice is found by the project that it is about. What is disclosed of books with such notices is emptied, since which project it is
-- can only be found by following the events again; the service does so when it starts.
drop schema views_next cascade;
create schema views_next;

create temporary table books_with_notices_of_projects on commit drop as
select distinct book from views.disclosure_lines where kind = 'notice' and category in ('project_before', 'project_after');

update views.checkpoints set seqs = seqs - 'disclosure' where book::bigint in (table books_with_notices_of_projects);

delete from views.disclosure_members where book in (table books_with_notices_of_projects);
delete from views.disclosure_members_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_money where book in (table books_with_notices_of_projects);
delete from views.disclosure_money_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_counts where book in (table books_with_notices_of_projects);
delete from views.disclosure_counts_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_objections where book in (table books_with_notices_of_projects);
delete from views.disclosure_objections_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_duties where book in (table books_with_notices_of_projects);
delete from views.disclosure_duties_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_told where book in (table books_with_notices_of_projects);
delete from views.disclosure_told_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_received where book in (table books_with_notices_of_projects);
delete from views.disclosure_received_past where book in (table books_with_notices_of_projects);
delete from views.disclosure_lines where book in (table books_with_notices_of_projects);
delete from views.disclosure_lines_past where book in (table books_with_notices_of_projects);
