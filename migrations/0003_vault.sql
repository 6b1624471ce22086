-- Personal data of beneficiaries, encrypted; nothing of it is anywhere else. See docs/decisions/vault.md.

-- Whose key all of this is wrapped with, so that a service with another key stops before it writes.
create table vault_master_keys (
  singleton boolean primary key default true,
  fingerprint bytea not null,
  constraint vault_master_keys_only_one check (singleton),
  constraint vault_master_keys_fingerprint_is_hmac check (octet_length(fingerprint) = 32)
);

-- A person or household in a book: the key of its own (wrapped: nonce, key, tag) and what finds it again by its ID number
-- (an HMAC). Erasure empties both; the row stays, since the id stands in the log for ever.
create table vault_people (
  book text not null,
  beneficiary text not null,
  id_number_index bytea,
  wrapped_key bytea,
  created_at timestamptz not null default now(),
  erased_at timestamptz,
  erased_by text,
  primary key (book, beneficiary),
  constraint vault_people_person_once unique (book, id_number_index),
  constraint vault_people_beneficiary_is_id check (beneficiary ~ '^[A-Za-z0-9._-]{1,64}$'),
  constraint vault_people_index_is_hmac check (octet_length(id_number_index) = 32),
  constraint vault_people_key_is_wrapped check (octet_length(wrapped_key) = 60),
  constraint vault_people_erased_whole check (
    case when erased_at is null
      then id_number_index is not null and wrapped_key is not null and erased_by is null
      else id_number_index is null and wrapped_key is null and erased_by is not null
    end
  )
);

-- What one enrolment said of the person, under its idempotency key: nonce, ciphertext, tag. `commitment` is what the event
-- carries. `enrolled_at` is set once the event stands; what never came to stand is deleted.
create table vault_seals (
  book text not null,
  command text not null,
  beneficiary text not null,
  commitment text not null,
  ciphertext bytea,
  created_at timestamptz not null default now(),
  enrolled_at timestamptz,
  primary key (book, command),
  foreign key (book, beneficiary) references vault_people,
  constraint vault_seals_commitment_is_sha256 check (commitment ~ '^[0-9a-f]{64}$'),
  constraint vault_seals_ciphertext_has_nonce_and_tag check (octet_length(ciphertext) > 28)
);

create index vault_seals_by_beneficiary on vault_seals (book, beneficiary);
create index vault_seals_not_enrolled on vault_seals (created_at) where enrolled_at is null;
