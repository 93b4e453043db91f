-- How far each tenant's events reach. Whoever adds an event takes its number here as the last thing
-- before the commit, and the row's lock makes commits follow the order of the numbers.
create table event_positions (
  tenant_id uuid primary key references tenants,
  last bigint not null,
  -- up to here events may have been removed
  pruned bigint not null default 0
);

create table events (
  tenant_id uuid not null references tenants,
  stream_position bigint not null,
  id uuid not null,
  event_type text not null,
  -- whose members hear it; null when it is for one user alone
  room_id uuid,
  -- who hears it besides the room, or alone
  user_id uuid,
  -- the one member who does not hear it
  except_id uuid,
  -- whether with it somebody begins or ceases to hear the room
  changes_listeners boolean not null,
  sender_id uuid,
  content text not null,
  at timestamptz not null,
  primary key (tenant_id, stream_position)
);
create index events_of_room on events (tenant_id, room_id, stream_position)
  where room_id is not null;
create index events_of_user on events (tenant_id, user_id, stream_position)
  where user_id is not null;

-- Who hears a room from which event to which; the stay that lasts has no end.
create table room_listeners (
  tenant_id uuid not null,
  room_id uuid not null,
  user_id uuid not null,
  from_position bigint not null,
  until_position bigint,
  primary key (tenant_id, room_id, user_id, from_position)
);
create unique index room_listeners_now on room_listeners (tenant_id, room_id, user_id)
  where until_position is null;
create index room_listeners_of_user on room_listeners (tenant_id, user_id, room_id);

create table rooms (
  tenant_id uuid not null references tenants,
  id uuid not null,
  room_type text not null check (room_type in ('group', 'public')),
  name text not null,
  topic text,
  creator_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, creator_id) references users
);
create index public_rooms on rooms (tenant_id, created_at desc, id desc)
  where room_type = 'public';

create table room_members (
  tenant_id uuid not null,
  room_id uuid not null,
  user_id uuid not null,
  membership text not null check (membership in ('invite', 'join', 'leave')),
  power_level int not null check (power_level between 0 and 100),
  joined_at timestamptz,
  primary key (tenant_id, room_id, user_id),
  foreign key (tenant_id, room_id) references rooms,
  foreign key (tenant_id, user_id) references users
);
create index rooms_of_user on room_members (tenant_id, user_id) where membership <> 'leave';

-- The files of a room. A row goes with its media.
create table room_files (
  tenant_id uuid not null,
  room_id uuid not null,
  media_id uuid not null,
  attached_by uuid not null,
  attached_at timestamptz not null,
  primary key (tenant_id, room_id, media_id),
  foreign key (tenant_id, room_id) references rooms,
  foreign key (tenant_id, media_id) references media on delete cascade,
  foreign key (tenant_id, attached_by) references users
);
create index rooms_of_media on room_files (tenant_id, media_id);
create index files_of_room on room_files (tenant_id, room_id, attached_at desc, media_id desc);
