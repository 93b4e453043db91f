-- Whoever delivers new events of a room asks which stays reach them. There may be many more that
-- do not.
create index room_listeners_by_end on room_listeners (tenant_id, room_id, until_position);
