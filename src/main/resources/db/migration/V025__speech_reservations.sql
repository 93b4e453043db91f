-- How much audio of its tenant's budget a job has set aside. It counts for as long as the job is queued or running; so
-- nothing has to be given back when a job fails, is cancelled or dies with its node.
create table speech_reservations (
  tenant_id uuid not null,
  job_id uuid not null,
  audio_millis bigint not null,
  primary key (tenant_id, job_id),
  foreign key (tenant_id, job_id) references jobs on delete cascade
);
