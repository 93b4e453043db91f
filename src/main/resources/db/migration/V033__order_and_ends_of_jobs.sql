-- After which asking for the same work anew makes sense; null where nobody knows.
alter table jobs add column retry_after_millis bigint;

-- When a tenant's last turn was, which decides whose is next.
create index jobs_begun on jobs (tenant_id, started_at) where started_at is not null;
