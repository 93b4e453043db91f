-- What signs links to media. The newest signs; the one before it still opens what it signed.
create table link_keys (
  id uuid primary key,
  secret bytea not null,
  created_at timestamptz not null
);
