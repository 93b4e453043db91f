-- Users of an issuer are other people than users of API keys who have the same name: "issuer" is empty for
-- those of keys. Who had no key until now may be either: '*' is taken over by whoever comes first, as it
-- was until now.
alter table users add column issuer text not null default '';
update users set issuer = '*'
where not exists (
  select 1 from api_keys
  where api_keys.tenant_id = users.tenant_id and api_keys.user_id = users.id);
alter table users drop constraint users_tenant_id_name_key;
alter table users add constraint users_tenant_id_issuer_name_key unique (tenant_id, issuer, name);
