-- What moved a fund was a row for each move, with all that its entry says: as many rows as all other views but one have together. Now
-- it is which entries did, chunk by chunk, and what they moved is read from them. The funds of all books are emptied, since both tables
-- are found by following the events again; the service does so when it starts.
drop schema views_next cascade;
create schema views_next;

drop table views.fund_flows, views.fund_flows_past;
truncate views.funds, views.funds_past, views.fund_places, views.fund_places_past, views.fund_flow_totals, views.fund_flow_totals_past,
  views.fund_dispatches, views.fund_dispatches_past;
update views.checkpoints set seqs = seqs - 'funds' where seqs ? 'funds';

create table views.fund_entries (
  book bigint not null,
  fund text collate "C" not null,
  chunk integer not null,
  seqs text not null,
  changed_seq integer not null,
  primary key (book, fund, chunk)
);
create table views.fund_entries_past (like views.fund_entries, superseded_seq integer not null, primary key (book, fund, chunk, superseded_seq));

create table views.project_payments (
  book bigint not null,
  project text collate "C" not null,
  payments jsonb not null,
  changed_seq integer not null,
  primary key (book, project)
);
create table views.project_payments_past (like views.project_payments, superseded_seq integer not null, primary key (book, project, superseded_seq));
