alter table calls
  -- under which identities something was last seen recording the call
  add column recorders text[] not null default '{}',
  -- whether LiveKit's Redis has lost what it knew of the room, so that not all who are there are listed
  add column list_lost boolean not null default false,
  -- whether LiveKit may still have the room
  add column room_open boolean not null default true;
update calls set room_open = false where status = 'ended';
create index calls_left_open on calls (looked_at) where room_open and status = 'ended';
create index recorded_calls on calls (tenant_id, id) where recorders <> '{}';

alter table call_recordings
  -- when the recording itself was over
  add column ended_at timestamptz,
  -- what ended it
  add column end_reason text check (end_reason in
    ('stopped', 'call_ended', 'limit_reached', 'overloaded', 'interrupted', 'failed')),
  -- what egress or LiveKit said, for operators alone
  add column detail text,
  -- failed: whether its file may still come
  add column awaits_file boolean not null default false,
  -- running: whether its file does not show where this server looks for it
  add column misplaced boolean not null default false,
  -- completed: when egress's own file was last found to be no file that this server may remove
  add column removal_refused_at timestamptz;
update call_recordings set ended_at = since where status in ('completed', 'failed');
-- What egress said may hold addresses and paths.
update call_recordings set detail = reason, reason = 'Egress did not take it, or gave up.'
where reason like 'Egress refused it:%' or reason like 'Egress gave up:%';

drop index unfinished_recordings;
create index unfinished_recordings on call_recordings (status)
  where status not in ('completed', 'failed') or file_left or awaits_file
    or (transcript and transcript_job is null and transcript_refusal is null);
-- Whose transcript a job makes.
create index recordings_by_transcript_job on call_recordings (tenant_id, transcript_job)
  where transcript_job is not null;
