-- When a job may be tried again that waits for something which is away; null where it need not wait.
alter table jobs add column not_before timestamptz;
