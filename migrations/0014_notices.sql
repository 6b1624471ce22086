-- Photos that show a notice where it was posted; see docs/decisions/photos-without-metadata.md. A row for each posting that
-- brought one, under its idempotency key; `recorded_at` is set once the event stands, and what never came to stand is
-- deleted. Whether the bytes are still those of the hash is asked at each reading, not here.
create table notice_photos (
  book text not null,
  command text not null,
  sha256 text not null,
  media_type text not null,
  bytes bytea not null,
  created_at timestamptz not null default now(),
  recorded_at timestamptz,
  primary key (book, command),
  constraint notice_photos_hash_is_sha256 check (sha256 ~ '^[0-9a-f]{64}$'),
  constraint notice_photos_type_known check (media_type in ('image/jpeg', 'image/png', 'image/webp')),
  constraint notice_photos_not_too_large check (octet_length(bytes) between 1 and 5242880)
);

create index notice_photos_by_hash on notice_photos (book, sha256);
create index notice_photos_not_recorded on notice_photos (created_at) where recorded_at is null;

-- What somebody said in an objection or report, and who said it where they told: encrypted under a key of its own (wrapped:
-- nonce, key, tag), which erasure destroys. The row stays, since the id stands in the log for ever. `code_hash` finds it by
-- the code that its author follows it up with. `filed_at` is set once the event stands.
create table vault_objections (
  book text not null,
  objection text not null,
  command text not null,
  code_hash bytea not null,
  commitment text not null,
  ciphertext bytea,
  wrapped_key bytea,
  created_at timestamptz not null default now(),
  filed_at timestamptz,
  erased_at timestamptz,
  erased_by text,
  primary key (book, objection),
  constraint vault_objections_command_once unique (book, command),
  constraint vault_objections_code_once unique (code_hash),
  constraint vault_objections_objection_is_id check (objection ~ '^[A-Za-z0-9._-]{1,64}$'),
  constraint vault_objections_code_is_sha256 check (octet_length(code_hash) = 32),
  constraint vault_objections_commitment_is_sha256 check (commitment ~ '^[0-9a-f]{64}$'),
  constraint vault_objections_key_is_wrapped check (octet_length(wrapped_key) = 60),
  constraint vault_objections_ciphertext_has_nonce_and_tag check (octet_length(ciphertext) > 28),
  constraint vault_objections_erased_whole check (
    case when erased_at is null
      then ciphertext is not null and wrapped_key is not null and erased_by is null
      else ciphertext is null and wrapped_key is null and erased_by is not null
    end
  )
);

create index vault_objections_not_filed on vault_objections (created_at) where filed_at is null;
