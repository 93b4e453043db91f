-- What the reader of a transcript calls voices that are nobody's who is enrolled.
create table transcript_speaker_names (
  tenant_id uuid not null,
  job_id uuid not null,
  label text not null,
  display_name text not null,
  primary key (tenant_id, job_id, label),
  foreign key (tenant_id, job_id) references jobs on delete cascade
);
