-- Finished parts of the results of running jobs, for requests that stream them; deleted when the job ends.
create table job_parts (
  tenant_id uuid not null,
  job_id uuid not null,
  number integer not null,
  part text not null,
  primary key (tenant_id, job_id, number),
  foreign key (tenant_id, job_id) references jobs on delete cascade
);
