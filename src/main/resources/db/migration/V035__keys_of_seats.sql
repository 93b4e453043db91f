alter table call_seats
  -- the API key with which they were let in last; null for one of an issuer, and before there were any
  add column key_id uuid;
