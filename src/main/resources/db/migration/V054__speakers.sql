-- What a tenant lays down for voices; without a row the defaults hold.
create table speaker_policies (
  tenant_id uuid primary key references tenants,
  enrolment boolean not null,
  naming text not null check (naming in ('tenant', 'request', 'off')),
  anonymous boolean not null,
  consent_reading text not null check (consent_reading in ('record', 'require')),
  retain_reference boolean not null,
  max_age_days int not null check (max_age_days >= 1),
  updated_at timestamptz not null
);

-- People who are known by their voice. What is biometric lies in the store alone: a deleted row stays readable in PostgreSQL's
-- pages, log and backups, a deleted content does not.
create table speakers (
  tenant_id uuid not null references tenants,
  id uuid not null,
  display_name text not null,
  language_primary text not null,
  description text,
  -- whose voice it is, where that was told
  user_id uuid,
  -- the content that holds the embedding
  embedding_sha256 text not null,
  embedding_bytes int not null,
  model text not null,
  model_version text not null,
  -- from which similarity on this voice is named
  threshold double precision not null,
  speech_millis bigint not null,
  -- how the recordings did when the speaker was enrolled, as JSON
  preflight text not null,
  failure_reason text,
  -- when a node last began to make a stale profile again
  rebuild_began_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references users,
  foreign key (tenant_id, embedding_sha256) references blobs
);
create index speakers_newest_first on speakers (tenant_id, created_at desc, id desc);
create index speakers_of_user on speakers (tenant_id, user_id) where user_id is not null;
create index speakers_by_expiry on speakers (expires_at);

create table speaker_references (
  tenant_id uuid not null,
  speaker_id uuid not null,
  sha256 text not null,
  -- whether the recording is stored; it uses the content then
  retained boolean not null,
  added_at timestamptz not null,
  primary key (tenant_id, speaker_id, sha256),
  foreign key (tenant_id, speaker_id) references speakers on delete cascade
);
create index speaker_references_retained on speaker_references (tenant_id) where retained;

-- Users whose voice nobody may enrol until they say so.
create table speaker_withdrawals (
  tenant_id uuid not null,
  user_id uuid not null,
  withdrawn_at timestamptz not null,
  primary key (tenant_id, user_id),
  foreign key (tenant_id, user_id) references users
);
