-- Who consented to what. Rows are only ever added, and each holds the hash of the one before it in its tenant:
-- hash = sha256(previous_hash || record), in lower-case hex. The first one's previous hash is 64 zeros.
create table speaker_consents (
  tenant_id uuid not null references tenants,
  sequence bigint not null,
  speaker_id uuid not null,
  -- JSON, exactly as it was hashed
  record text not null,
  previous_hash text not null,
  hash text not null,
  primary key (tenant_id, sequence)
);
create index speaker_consents_of_speaker on speaker_consents (tenant_id, speaker_id, sequence);

-- Whose profile was erased, when and why; nothing biometric.
create table speaker_erasures (
  tenant_id uuid not null references tenants,
  id uuid not null,
  speaker_id uuid not null,
  reason text not null check (reason in ('deleted', 'withdrawn', 'expired')),
  -- null when the server did it by itself
  erased_by uuid,
  erased_at timestamptz not null,
  -- of the consent that the profile was made on
  consent_hash text,
  primary key (tenant_id, id)
);
create index speaker_erasures_newest_first on speaker_erasures (tenant_id, erased_at desc, id desc);

create function chain_speaker_consent() returns trigger language plpgsql as $$
declare
  previous speaker_consents;
begin
  perform pg_advisory_xact_lock(hashtextextended('speaker_consents/' || new.tenant_id, 0));
  select * into previous from speaker_consents
    where tenant_id = new.tenant_id order by sequence desc limit 1;
  new.sequence := coalesce(previous.sequence, 0) + 1;
  new.previous_hash := coalesce(previous.hash, repeat('0', 64));
  new.hash := encode(sha256(convert_to(new.previous_hash || new.record, 'UTF8')), 'hex');
  return new;
end $$;

create function refuse_change_of_record() returns trigger language plpgsql as $$
begin
  raise exception '% is a record that is only added to', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;

create trigger speaker_consents_chain before insert on speaker_consents
  for each row execute function chain_speaker_consent();
create trigger speaker_consents_stay before update or delete on speaker_consents
  for each row execute function refuse_change_of_record();
create trigger speaker_consents_stay_whole before truncate on speaker_consents
  for each statement execute function refuse_change_of_record();
create trigger speaker_erasures_stay before update or delete on speaker_erasures
  for each row execute function refuse_change_of_record();
create trigger speaker_erasures_stay_whole before truncate on speaker_erasures
  for each statement execute function refuse_change_of_record();
