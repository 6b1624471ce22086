-- Who works on this database: each service and each view worker says so every few seconds. For people and monitors; all that is
-- decided by it is that no service begins to sign with another key beside one that signs. What a crash of the server loses is said
-- again.
create unlogged table processes (
  id uuid primary key,
  role text not null,
  host text not null,
  pid integer not null,
  version text not null,
  log_key text,
  started_at timestamptz(3) not null default now(),
  seen_at timestamptz(3) not null default now(),
  doing jsonb not null,
  constraint processes_role_known check (role in ('service', 'view worker')),
  constraint processes_services_sign check ((role = 'service') = (log_key is not null)),
  constraint processes_seen_after_start check (seen_at >= started_at)
);
