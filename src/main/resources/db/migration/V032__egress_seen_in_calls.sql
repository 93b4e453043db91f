alter table call_recordings
  -- running: when egress was last seen among the call's connections; null when it never was
  add column seen_at timestamptz;
