create table calls (
  tenant_id uuid not null references tenants,
  id uuid not null,
  room_id uuid not null,
  call_type text not null check (call_type in ('audio', 'video')),
  initiator_id uuid not null,
  started_at timestamptz not null,
  status text not null check (status in ('ringing', 'active', 'ended')),
  ring_until timestamptz,
  end_reason text check (end_reason in ('completed', 'cancelled', 'rejected', 'missed', 'failed')),
  ended_at timestamptz,
  -- since when LiveKit does not answer
  silent_since timestamptz,
  version bigint not null,
  -- when time alone changes something next: any node may do it
  due_at timestamptz,
  -- when a node last took it upon itself to ask LiveKit
  looked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, room_id) references rooms,
  foreign key (tenant_id, initiator_id) references users,
  check ((status = 'ringing') = (ring_until is not null)),
  check ((status = 'ended') = (end_reason is not null)),
  check ((status = 'ended') = (ended_at is not null))
);
create unique index calls_by_id on calls (id);
create unique index live_call_of_room on calls (tenant_id, room_id) where status <> 'ended';
create index due_calls on calls (due_at) where status <> 'ended';

create table call_seats (
  tenant_id uuid not null,
  call_id uuid not null,
  user_id uuid not null,
  invited boolean not null,
  rejected boolean not null,
  joined_at timestamptz,
  presence text not null check (presence in ('absent', 'awaited', 'connected', 'departed')),
  awaited_until timestamptz,
  video_on boolean not null,
  audio_on boolean not null,
  primary key (tenant_id, call_id, user_id),
  foreign key (tenant_id, call_id) references calls,
  foreign key (tenant_id, user_id) references users,
  check ((presence = 'awaited') = (awaited_until is not null))
);

-- The webhooks that were taken, so that none is taken twice.
create table call_webhooks (
  id text primary key,
  at timestamptz not null
);
create index call_webhooks_by_time on call_webhooks (at);
