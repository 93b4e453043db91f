-- What a tenant lays down for the transcription of its recordings; the row appears on first use.
create table speech_policies (
  tenant_id uuid primary key references tenants,
  allowed_backends text not null check (allowed_backends in ('A', 'B', 'AB')),
  default_backend text not null check (default_backend in ('A', 'B')),
  retain_audio boolean not null,
  updated_at timestamptz not null
);

-- The meter: one row for each transcription that was completed, written with its job's end. It
-- outlives the job.
create table speech_calls (
  tenant_id uuid not null,
  job_id uuid not null,
  user_id uuid not null,
  backend text not null check (backend in ('A', 'B')),
  model text not null,
  audio_millis bigint not null,
  -- from the request to the result, the time in the queue included
  latency_millis bigint not null,
  -- in the operator's currency
  cost numeric(18, 6) not null,
  finished_at timestamptz not null,
  primary key (tenant_id, job_id),
  foreign key (tenant_id, user_id) references users
);
create index speech_calls_by_time on speech_calls (tenant_id, finished_at);
