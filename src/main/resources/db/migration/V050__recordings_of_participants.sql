alter table call_recordings
  -- whom it records; null: the whole call
  add column participant_id uuid,
  add foreign key (tenant_id, participant_id) references users,
  drop constraint call_recordings_end_reason_check,
  add constraint call_recordings_end_reason_check check (end_reason in
    ('stopped', 'call_ended', 'participant_left', 'limit_reached', 'overloaded', 'interrupted',
     'failed'));
drop index running_recording_of_call;
create unique index running_recording_of_call on call_recordings
    (tenant_id, call_id, coalesce(participant_id, '00000000-0000-0000-0000-000000000000'))
  where status in ('requested', 'running', 'stopping');

-- Calls in which each participant is recorded to a file of their own, whoever joins included.
create table participant_recording_sessions (
  tenant_id uuid not null,
  call_id uuid not null,
  started_by uuid not null,
  started_at timestamptz not null,
  transcript boolean not null,
  width integer,
  height integer,
  video_kbps integer,
  primary key (tenant_id, call_id),
  foreign key (tenant_id, call_id) references calls,
  foreign key (tenant_id, started_by) references users
);

alter table tenants add column recording_participants boolean not null default false;
