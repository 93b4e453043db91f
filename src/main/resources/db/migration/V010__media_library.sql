-- What a file is belongs to the upload, not to the stored bytes: its name helps to tell.
alter table media add column mime_type text;
update media set mime_type = blobs.mime_type
  from blobs where blobs.tenant_id = media.tenant_id and blobs.sha256 = media.sha256;
alter table media alter column mime_type set not null;

alter table media
  add column width int,
  add column height int,
  add column duration double precision,
  -- the lengths in bytes of its thumbnails, in the order in which they are stored
  add column thumbnails int[] not null default '{}',
  -- the app's own user in whose name it was uploaded
  add column app_user_id uuid,
  -- when it goes; null leaves that to the tenant's retention_days
  add column expires_at timestamptz;

-- A list is the newest of what a user owns and of what the tenant shares: one index for each.
create index media_of_owner on media (tenant_id, owner_id, created_at desc, id desc);
create index media_of_tenant on media (tenant_id, created_at desc, id desc) where tenant_scope;
create index media_of_blob on media (tenant_id, sha256);
create index media_by_age on media (tenant_id, created_at) where expires_at is null;
create index media_to_expire on media (expires_at) where expires_at is not null;

-- The SHA-256 of the first 64 KiB: tells early which upload may turn out to be stored already.
alter table blobs add column head_sha256 text;
create index blobs_by_head on blobs (tenant_id, head_sha256, size);

create table app_users (
  tenant_id uuid not null references tenants,
  name text not null,
  id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, name)
);

-- How new the newest entry was when a key last asked for its first page.
create table library_listings (
  tenant_id uuid not null references tenants,
  key_id uuid not null,
  as_of timestamptz not null,
  asked_at timestamptz not null,
  primary key (tenant_id, key_id)
);

create table audit_events (
  tenant_id uuid not null references tenants,
  id uuid not null,
  at timestamptz not null,
  -- null when the server did it by itself
  user_id uuid,
  action text not null,
  subject text not null,
  details text not null,
  primary key (tenant_id, id)
);
create index audit_newest_first on audit_events (tenant_id, at desc, id desc);

-- What the virus scanner said of a content. Contents without a row were never to be scanned.
create table scans (
  tenant_id uuid not null,
  sha256 text not null,
  status text not null check (status in ('pending', 'clean', 'skipped', 'infected')),
  -- when it is to be scanned, or taken for lost by whoever scans it and scanned again
  due_at timestamptz not null,
  attempts int not null default 0,
  primary key (tenant_id, sha256),
  foreign key (tenant_id, sha256) references blobs on delete cascade
);
create index scans_due on scans (due_at) where status = 'pending';

-- Contents that are refused at once, in every tenant.
create table infected_contents (
  sha256 text primary key,
  signature text not null,
  found_at timestamptz not null
);
