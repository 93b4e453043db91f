-- The servers that share this database, each of which writes its own row every few seconds.
create table nodes (
  name text primary key,
  roles text[] not null,
  live_streams int not null,
  started_at timestamptz not null,
  seen_at timestamptz not null
);
