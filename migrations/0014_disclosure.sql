-- What is to be disclosed: every line with the entry that it comes from, and the sums of every division. The followers take in
-- all books from their first entry by themselves; until they have, the board shows what has been taken in.
create table views.disclosure_lines (
  book text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  division text collate "C" not null,
  title text collate "C" not null,
  category text collate "C" not null,
  stage text collate "C" not null,
  levels text collate "C" not null,
  owners text collate "C" not null,
  year integer not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  amount_fen bigint not null,
  documents jsonb not null,
  facts jsonb not null,
  seq integer not null,
  status text not null,
  reversed_by integer,
  changed_seq integer not null,
  primary key (book, kind, id),
  constraint disclosure_lines_kind_known
    check (kind in ('fund', 'allocation', 'integration', 'project', 'payout', 'asset', 'income', 'notice')),
  constraint disclosure_lines_not_negative check (amount_fen >= 0),
  constraint disclosure_lines_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint disclosure_lines_status_known check (status in ('standing', 'reversed'))
);

create index disclosure_lines_book_kind_effective_date_id_idx on views.disclosure_lines (book, kind, effective_date, id);

create index disclosure_lines_book_kind_division_effective_date_id_idx on views.disclosure_lines (book, kind, division, effective_date, id);

create table views.disclosure_lines_past (like views.disclosure_lines, superseded_seq integer not null, primary key (book, kind, id, superseded_seq));

-- What later entries name by its id alone: where it lies and what it is sorted into.
create table views.disclosure_members (
  book text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  division text not null,
  name text not null,
  category text not null,
  class text,
  year integer,
  payouts integer not null,
  changed_seq integer not null,
  primary key (book, kind, id),
  constraint disclosure_members_kind_known check (kind in ('fund', 'project', 'asset', 'beneficiary')),
  constraint disclosure_members_payouts_not_negative check (payouts >= 0)
);

create table views.disclosure_members_past (like views.disclosure_members, superseded_seq integer not null, primary key (book, kind, id, superseded_seq));

-- Sums of a division with all below it.
create table views.disclosure_sums (
  book text collate "C" not null,
  division text collate "C" not null,
  parent text collate "C",
  money jsonb not null,
  counts jsonb not null,
  changed_seq integer not null,
  primary key (book, division)
);

create index disclosure_sums_book_parent_division_idx on views.disclosure_sums (book, parent, division);

create table views.disclosure_sums_past (like views.disclosure_sums, superseded_seq integer not null, primary key (book, division, superseded_seq));
