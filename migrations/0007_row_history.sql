-- The history of the views (docs/decisions/row-history.md): every row says which entry changed it last, and beside every
-- table stands a twin with its rows as they stood at the end of earlier chunks of a book.
--
-- The views are emptied here, since their history can only be made by following the events again. The service does so by
-- itself when it starts: until it has, a question that waits for a view (minSeq, or a moment of the past) may be answered
-- 503, and one that does not wait is answered from what has been taken in. To spare that, run `mingzhang migrate` and
-- `mingzhang views rebuild all` before the service.

-- A rebuild that an older version is at would switch in tables without history; so it fails.
drop schema views_next cascade;
create schema views_next;

delete from views.checkpoints;

truncate
  views.balances,
  views.funds,
  views.fund_places,
  views.fund_flows,
  views.fund_flow_totals,
  views.fund_dispatches,
  views.projects,
  views.payouts,
  views.payout_totals,
  views.beneficiaries,
  views.assets,
  views.asset_sources,
  views.divisions,
  views.division_members;

alter table views.balances add column changed_seq integer not null;
create table views.balances_past (like views.balances, superseded_seq integer not null, primary key (book, account, fund, superseded_seq));

alter table views.funds add column changed_seq integer not null;
create table views.funds_past (like views.funds, superseded_seq integer not null, primary key (book, id, superseded_seq));

alter table views.fund_places add column changed_seq integer not null;
create table views.fund_places_past (like views.fund_places, superseded_seq integer not null, primary key (book, fund, account, superseded_seq));

alter table views.fund_flows add column changed_seq integer not null;
create table views.fund_flows_past (like views.fund_flows, superseded_seq integer not null, primary key (book, fund, seq, part, superseded_seq));

alter table views.fund_flow_totals add column changed_seq integer not null;
create table views.fund_flow_totals_past (like views.fund_flow_totals, superseded_seq integer not null, primary key (book, fund, from_account, to_account, superseded_seq));

alter table views.fund_dispatches add column changed_seq integer not null;
create table views.fund_dispatches_past (like views.fund_dispatches, superseded_seq integer not null, primary key (book, fund, dispatch, superseded_seq));

alter table views.projects add column changed_seq integer not null;
create table views.projects_past (like views.projects, superseded_seq integer not null, primary key (book, id, superseded_seq));

alter table views.payouts add column changed_seq integer not null;
create table views.payouts_past (like views.payouts, superseded_seq integer not null, primary key (book, id, superseded_seq));

alter table views.payout_totals add column changed_seq integer not null;
create table views.payout_totals_past (like views.payout_totals, superseded_seq integer not null, primary key (book, policy, period, superseded_seq));

alter table views.beneficiaries add column changed_seq integer not null;
create table views.beneficiaries_past (like views.beneficiaries, superseded_seq integer not null, primary key (book, id, superseded_seq));

alter table views.assets add column changed_seq integer not null;
create table views.assets_past (like views.assets, superseded_seq integer not null, primary key (book, id, superseded_seq));

alter table views.asset_sources add column changed_seq integer not null;
create table views.asset_sources_past (like views.asset_sources, superseded_seq integer not null, primary key (book, asset, fund, superseded_seq));

alter table views.divisions add column changed_seq integer not null;
create table views.divisions_past (like views.divisions, superseded_seq integer not null, primary key (book, code, superseded_seq));

alter table views.division_members add column changed_seq integer not null;
create table views.division_members_past (like views.division_members, superseded_seq integer not null, primary key (book, kind, id, superseded_seq));

-- Between which effective dates the entries `first_seq` to `first_seq` + 999 lie.
create table views.date_spans (
  book text collate "C" not null,
  first_seq integer not null,
  earliest date not null,
  latest date not null,
  changed_seq integer not null,
  primary key (book, first_seq),
  constraint date_spans_in_order check (earliest <= latest)
);
create table views.date_spans_past (like views.date_spans, superseded_seq integer not null, primary key (book, first_seq, superseded_seq));
