-- The turns of jobs that a request waits for: a lane of their own, so that recordings of hours in the
-- other one never stand before them. The same table as scheduled_tasks.
create table scheduled_waited_tasks (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamptz not null,
  picked boolean not null,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures int,
  last_heartbeat timestamptz,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index scheduled_waited_tasks_execution_time on scheduled_waited_tasks (execution_time);
create index scheduled_waited_tasks_last_heartbeat on scheduled_waited_tasks (last_heartbeat);

-- Jobs that wait for a request were in the only lane there was; their turns move to the new one.
insert into scheduled_waited_tasks
  (task_name, task_instance, task_data, execution_time, picked, version)
select task_name, task_instance, task_data, execution_time, false, 1
from scheduled_tasks
where task_instance in
  (select 'job-' || id from jobs where priority = 1 and status in ('queued', 'running'));
delete from scheduled_tasks
where task_instance in (select task_instance from scheduled_waited_tasks);
