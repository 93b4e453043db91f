-- for lists of calls, newest first
create index calls_of_room on calls (tenant_id, room_id, started_at, id);
