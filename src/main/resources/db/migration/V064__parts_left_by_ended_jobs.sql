-- A part that was stored while its job was cancelled stayed for ever.
delete from job_parts using jobs
where jobs.tenant_id = job_parts.tenant_id and jobs.id = job_parts.job_id
  and jobs.status not in ('queued', 'running');
