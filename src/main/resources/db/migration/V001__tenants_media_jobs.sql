create table tenants (
  id uuid primary key,
  name text not null unique,
  max_storage_mb bigint,
  recordings_enabled boolean not null default true,
  speech_budget_seconds bigint,
  retention_days int,
  created_at timestamptz not null
);

create table users (
  tenant_id uuid not null references tenants,
  id uuid not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table api_keys (
  id uuid primary key,
  tenant_id uuid not null,
  user_id uuid not null,
  name text not null,
  -- of the whole secret, which itself is kept nowhere
  sha256 bytea not null unique,
  permissions text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  foreign key (tenant_id, user_id) references users
);
create index api_keys_of_tenant on api_keys (tenant_id, created_at, id);

-- One row for each stored content of a tenant; "uses" counts the media and jobs that need it.
create table blobs (
  tenant_id uuid not null references tenants,
  sha256 text not null,
  size bigint not null,
  mime_type text not null,
  uses int not null,
  created_at timestamptz not null,
  primary key (tenant_id, sha256)
);

-- What the blobs of a tenant add up to, kept beside them so that a quota costs one row and no sum.
create table stored_bytes (
  tenant_id uuid primary key references tenants,
  bytes bigint not null
);

create table media (
  tenant_id uuid not null,
  id uuid not null,
  owner_id uuid not null,
  sha256 text not null,
  file_name text not null,
  description text,
  tenant_scope boolean not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, owner_id) references users,
  foreign key (tenant_id, sha256) references blobs
);

create table jobs (
  tenant_id uuid not null,
  id uuid not null unique,
  user_id uuid not null,
  kind text not null,
  -- what the job needs to know, as JSON of its kind
  request text not null,
  -- the content it works on; released when the job ends
  sha256 text,
  priority int not null,
  status text not null check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  progress real not null default 0,
  -- how often it was begun; fences off a worker that was believed dead
  attempts int not null default 0,
  -- how many attempts were cut off without an end
  crashes int not null default 0,
  -- the execution that works on it
  execution text,
  result text,
  error_code text,
  error_message text,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references users,
  foreign key (tenant_id, sha256) references blobs
);
create index jobs_of_user on jobs (tenant_id, user_id, created_at desc, id desc);
create index jobs_waiting on jobs (priority desc, created_at) where status = 'queued';
create index jobs_running on jobs (tenant_id) where status = 'running';
create index jobs_execution on jobs (execution) where status = 'running';

-- db-scheduler's own table, as its documentation gives it for PostgreSQL.
create table scheduled_tasks (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamptz not null,
  picked boolean not null,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures int,
  last_heartbeat timestamptz,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
create index scheduled_tasks_priority on scheduled_tasks (priority desc, execution_time asc);
