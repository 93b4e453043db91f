create table call_recordings (
  tenant_id uuid not null,
  id uuid not null,
  call_id uuid not null,
  -- who started it, and owns the media that it becomes
  started_by uuid not null,
  started_at timestamptz not null,
  audio boolean not null,
  video boolean not null,
  transcript boolean not null,
  -- the name of the file that egress writes, relative to where recordings are put
  file text not null,
  status text not null check (status in
    ('requested', 'running', 'stopping', 'finishing', 'collecting', 'completed', 'failed')),
  -- since when it is so
  since timestamptz not null,
  -- LiveKit's name for it
  egress_id text,
  -- running: whether egress has said that it records
  active boolean not null,
  -- requested: whether it is to be stopped as soon as it runs
  stop_wanted boolean not null,
  -- collecting, failed: why there may be, or is, no file
  reason text,
  media_id uuid,
  -- completed: whether egress's own file is still to be removed
  file_left boolean not null,
  transcript_job uuid,
  transcript_refusal text,
  -- when a node last took it upon itself to look after it
  looked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, call_id) references calls,
  foreign key (tenant_id, started_by) references users,
  foreign key (tenant_id, media_id) references media on delete set null (media_id),
  check (status not in ('running', 'stopping', 'finishing') or egress_id is not null),
  check (status <> 'failed' or reason is not null),
  check (audio or video)
);
create unique index running_recording_of_call on call_recordings (tenant_id, call_id)
  where status in ('requested', 'running', 'stopping');
create index recordings_of_call on call_recordings (call_id, started_at);
create index unfinished_recordings on call_recordings (status)
  where status not in ('completed', 'failed') or file_left
    or (transcript and transcript_job is null and transcript_refusal is null);
create index recordings_by_media on call_recordings (tenant_id, media_id);
