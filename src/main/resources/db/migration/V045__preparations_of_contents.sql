-- What is found out about a content after it was stored: one row for each content that is a picture,
-- a video or a sound, however many entries show it. A row that is pending is also the order to do it.
create table preparations (
  tenant_id uuid not null,
  sha256 text not null,
  status text not null check (status in ('pending', 'done')),
  -- pixels as displayed, and seconds; null as long as they are unknown
  width int,
  height int,
  duration double precision,
  -- the lengths in bytes of its thumbnails, in the order in which they are stored
  thumbnails int[] not null default '{}',
  -- which making of the thumbnails that is: a part of the stored object's name
  revision int not null default 0,
  -- why there are no thumbnails
  reason text,
  -- the version of the maker; null where there is nothing to be made again
  maker int,
  -- whether the first, short try was not enough
  slow boolean not null default false,
  -- whether nobody asked for it: it is made again because the maker is a newer one
  quiet boolean not null default false,
  due_at timestamptz not null,
  attempts int not null default 0,
  -- how many attempts were cut off without an end
  crashes int not null default 0,
  -- until when which node works on it
  leased_until timestamptz,
  node text,
  -- when it was last taken
  served_at timestamptz,
  primary key (tenant_id, sha256),
  foreign key (tenant_id, sha256) references blobs on delete cascade
);
create index preparations_due on preparations (tenant_id, due_at) where status = 'pending';
create index preparations_served on preparations (tenant_id, served_at);
create index preparations_outdated on preparations (maker) where status = 'done';

-- What entries knew of their contents. Version 0 stands for all makers until now: theirs is made again.
insert into preparations
  (tenant_id, sha256, status, width, height, duration, thumbnails, reason, maker, due_at)
select distinct on (tenant_id, sha256)
  tenant_id, sha256, 'done', width, height, duration, thumbnails,
  case when cardinality(thumbnails) > 0 then null
    when mime_type like 'audio/%' then 'no_picture' else 'unsupported' end,
  case when mime_type not like 'audio/%' or duration is null then 0 end, created_at
from media
where mime_type like 'image/%' or mime_type like 'video/%' or mime_type like 'audio/%'
order by tenant_id, sha256, cardinality(thumbnails) desc, width is null, duration is null;

alter table media
  drop column width, drop column height, drop column duration, drop column thumbnails;

-- Scans are taken from their queue in the same way.
alter table scans
  add column crashes int not null default 0,
  add column leased_until timestamptz,
  add column node text,
  add column served_at timestamptz;
drop index scans_due;
create index scans_due on scans (tenant_id, due_at) where status = 'pending';
create index scans_served on scans (tenant_id, served_at);
