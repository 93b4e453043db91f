-- Contents that a job needs besides its recording, such as samples of the voices it is to name; released when it ends.
alter table jobs add column attachments text[] not null default '{}';
