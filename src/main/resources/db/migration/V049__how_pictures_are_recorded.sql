-- How the pictures of calls are recorded unless who records says otherwise; null: as this server does.
alter table tenants
  add column recording_layout text,
  add column recording_width integer,
  add column recording_height integer,
  add column recording_video_kbps integer,
  add check ((recording_width is null) = (recording_height is null));
-- How this recording's are; null where it has none, and for recordings made before.
alter table call_recordings
  add column layout text,
  add column width integer,
  add column height integer,
  add column video_kbps integer;
