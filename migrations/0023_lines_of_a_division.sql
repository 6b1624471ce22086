-- The lines of a division are found by a range of codes, so the order of what comes after the code serves nobody; without it the
-- entries of a division share one code, in a tenth of the room.
drop index views.disclosure_lines_book_kind_division_effective_date_id_idx;
create index disclosure_lines_book_kind_division_idx on views.disclosure_lines (book, kind, division);
