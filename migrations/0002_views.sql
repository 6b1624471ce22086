-- The read models. Each follows the events of every book by itself; all of it can be made again from them.
--
-- Codes, ids and names are compared byte by byte (collate "C"), as the code compares them when it folds in memory. Indexes
-- bear the names that PostgreSQL would give them, so that a rebuilt table (create table ... like) has the same.

create schema views;

-- Where `mingzhang views rebuild` builds the tables of a view before it switches them in.
create schema views_next;

-- How far each view has followed each book: the seq of the last event that its rows hold, moved in the transaction that
-- changes the rows.
create table views.checkpoints (
  view text collate "C" not null,
  book text collate "C" not null,
  seq integer not null,
  primary key (view, book),
  constraint checkpoints_seq_from_empty check (seq >= -1)
) with (fillfactor = 50);

-- What each account holds of each fund.
create table views.balances (
  book text collate "C" not null,
  account text collate "C" not null,
  fund text collate "C" not null,
  amount_fen bigint not null,
  primary key (book, account, fund),
  constraint balances_only_sources_negative check (amount_fen >= 0 or account ~~ 'source:%')
);

create index balances_book_fund_account_idx on views.balances (book, fund, account);

-- Each fund: its facts, where it stands, every move of it and their totals, and what was dispatched of it.
create table views.funds (
  book text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  level text not null,
  nature text not null,
  channel text,
  fiscal_year integer not null,
  subject text,
  restrictions jsonb not null,
  origin jsonb,
  registered_fen bigint not null,
  adjusted_fen bigint not null,
  seq integer not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  status text not null,
  reversed_by integer,
  primary key (book, id),
  constraint funds_not_below_zero check (registered_fen + adjusted_fen >= 0),
  constraint funds_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint funds_status_known check (status in ('standing', 'reversed'))
);

create table views.fund_places (
  book text collate "C" not null,
  fund text collate "C" not null,
  account text collate "C" not null,
  amount_fen bigint not null,
  primary key (book, fund, account),
  constraint fund_places_only_sources_negative check (amount_fen >= 0 or account ~~ 'source:%')
);

create table views.fund_flows (
  book text collate "C" not null,
  fund text collate "C" not null,
  seq integer not null,
  part integer not null,
  type text not null,
  from_account text not null,
  to_account text not null,
  amount_fen bigint not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  reverses integer,
  primary key (book, fund, seq, part),
  constraint fund_flows_positive check (amount_fen > 0)
);

create table views.fund_flow_totals (
  book text collate "C" not null,
  fund text collate "C" not null,
  from_account text collate "C" not null,
  to_account text collate "C" not null,
  amount_fen bigint not null,
  primary key (book, fund, from_account, to_account),
  constraint fund_flow_totals_not_negative check (amount_fen >= 0)
);

create table views.fund_dispatches (
  book text collate "C" not null,
  fund text collate "C" not null,
  dispatch text collate "C" not null,
  to_book text not null,
  amount_fen bigint not null,
  seq integer not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  status text not null,
  reversed_by integer,
  primary key (book, fund, dispatch),
  constraint fund_dispatches_positive check (amount_fen > 0),
  constraint fund_dispatches_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint fund_dispatches_status_known check (status in ('standing', 'reversed'))
);

-- The project library.
create table views.projects (
  book text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  category text not null,
  division text collate "C" not null,
  responsible_unit text not null,
  planned_fen bigint not null,
  stages jsonb not null,
  allocated_fen bigint not null,
  paid_capital_fen bigint not null,
  paid_expense_fen bigint not null,
  paid_out_fen bigint not null,
  capitalised_fen bigint not null,
  seq integer not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  status text not null,
  reversed_by integer,
  primary key (book, id),
  constraint projects_spend_what_they_have check (paid_capital_fen + paid_expense_fen + paid_out_fen <= allocated_fen),
  constraint projects_capitalise_what_they_paid check (capitalised_fen <= paid_capital_fen),
  constraint projects_not_negative check (
    planned_fen >= 0
    and paid_capital_fen >= 0
    and paid_expense_fen >= 0
    and paid_out_fen >= 0
    and capitalised_fen >= 0
  ),
  constraint projects_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint projects_status_known check (status in ('standing', 'reversed'))
);

create index projects_book_division_idx on views.projects (book, division);

-- Payouts of subsidies, their totals by policy and period, and what each beneficiary was paid.
create table views.payouts (
  book text collate "C" not null,
  id text collate "C" not null,
  seq integer not null,
  policy text collate "C" not null,
  period text collate "C" not null,
  beneficiary text collate "C" not null,
  from_account text not null,
  amount_fen bigint not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  status text not null,
  reversed_by integer,
  primary key (book, id),
  unique (book, seq),
  constraint payouts_positive check (amount_fen > 0),
  constraint payouts_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint payouts_status_known check (status in ('standing', 'reversed'))
);

create index payouts_book_policy_period_seq_idx on views.payouts (book, policy, period, seq);

create index payouts_book_beneficiary_seq_idx on views.payouts (book, beneficiary, seq);

create table views.payout_totals (
  book text collate "C" not null,
  policy text collate "C" not null,
  period text collate "C" not null,
  payouts integer not null,
  amount_fen bigint not null,
  primary key (book, policy, period),
  constraint payout_totals_not_negative check (payouts >= 0 and amount_fen >= 0)
);

create table views.beneficiaries (
  book text collate "C" not null,
  id text collate "C" not null,
  division text collate "C" not null,
  categories jsonb not null,
  payouts integer not null,
  paid_fen bigint not null,
  seq integer not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  status text not null,
  reversed_by integer,
  primary key (book, id),
  constraint beneficiaries_not_negative check (payouts >= 0 and paid_fen >= 0),
  constraint beneficiaries_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint beneficiaries_status_known check (status in ('standing', 'reversed'))
);

-- The register of assets, and the funds that each was made with.
create table views.assets (
  book text collate "C" not null,
  id text collate "C" not null,
  name text not null,
  class text not null,
  category text not null,
  division text collate "C" not null,
  project text,
  value_fen bigint not null,
  ownerships jsonb not null,
  operator text,
  custodian text,
  acquired_on date,
  seq integer not null,
  effective_date date not null,
  recorded_at timestamptz(3) not null,
  status text not null,
  reversed_by integer,
  primary key (book, id),
  constraint assets_not_negative check (value_fen >= 0),
  constraint assets_class_known check (class in ('operating', 'public', 'household')),
  constraint assets_reversed_by_an_entry check ((status = 'reversed') = (reversed_by is not null)),
  constraint assets_status_known check (status in ('standing', 'reversed'))
);

create index assets_book_division_idx on views.assets (book, division);

create table views.asset_sources (
  book text collate "C" not null,
  asset text collate "C" not null,
  fund text collate "C" not null,
  amount_fen bigint not null,
  primary key (book, asset, fund),
  constraint asset_sources_not_negative check (amount_fen >= 0)
);

-- What lies in each division with all below it; and where the things lie that later entries name by id alone.
create table views.divisions (
  book text collate "C" not null,
  code text collate "C" not null,
  parent text collate "C",
  projects integer not null,
  planned_fen bigint not null,
  allocated_fen bigint not null,
  paid_capital_fen bigint not null,
  paid_expense_fen bigint not null,
  payouts integer not null,
  payouts_fen bigint not null,
  operating_assets integer not null,
  operating_assets_fen bigint not null,
  public_assets integer not null,
  public_assets_fen bigint not null,
  household_assets integer not null,
  household_assets_fen bigint not null,
  primary key (book, code),
  constraint divisions_counts_not_negative check (
    projects >= 0
    and payouts >= 0
    and operating_assets >= 0
    and public_assets >= 0
    and household_assets >= 0
  ),
  constraint divisions_spending_not_negative check (
    planned_fen >= 0
    and paid_capital_fen >= 0
    and paid_expense_fen >= 0
    and payouts_fen >= 0
  ),
  constraint divisions_projects_spend_what_they_have check (paid_capital_fen + paid_expense_fen <= allocated_fen),
  constraint divisions_assets_not_negative check (
    operating_assets_fen >= 0
    and public_assets_fen >= 0
    and household_assets_fen >= 0
  )
);

create index divisions_book_parent_code_idx on views.divisions (book, parent, code);

create table views.division_members (
  book text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  division text not null,
  planned_fen bigint,
  class text,
  primary key (book, kind, id),
  constraint division_members_kind_known check (kind in ('project', 'beneficiary', 'asset')),
  constraint division_members_projects_planned check ((kind = 'project') = (planned_fen is not null)),
  constraint division_members_assets_classed check ((kind = 'asset') = (class is not null))
);
