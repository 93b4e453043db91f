import { useEffect, useRef, useState } from "preact/hooks";
import { all, change, get } from "../api";
import { bytes, clock, day, language, moment, number, t } from "../i18n";
import { may, session } from "../session";
import type { Key, StorageUsage, Usage } from "../types";
import { Confirm, Dialog, FormDialog } from "../ui/dialogs";
import { useLoad } from "../ui/load";
import { Button, Chip, Empty, Header, Notice, Panel, Show, Skeleton, Tabs, TextField, copy, say } from "../ui/parts";
import { Policies } from "./policies";

export function UsagePage() {
  const [tab, setTab] = useState<"keys" | "usage" | "policies">("keys");
  const tabs = { keys: t.usage.keys, usage: t.usage.usage, ...(may("scaiecho:admin") ? { policies: t.policies.title } : {}) } as Record<typeof tab, string>;
  return (
    <>
      <Header title={t.pages.usage} lead={t.usage.lead} />
      <Tabs label={t.pages.usage} tabs={tabs} chosen={tab} onChoose={setTab} />
      <Panel name={tab}>{tab === "keys" ? <Keys /> : tab === "usage" ? <Plots /> : <Policies />}</Panel>
    </>
  );
}

/** What a key may be given; `enroll` handles biometric data, so nothing implies it. */
const PERMISSIONS = ["media:read", "media:write", "rooms", "calls", "calls:record", "scaiecho:transcribe", "scaiecho:diarize", "scaiecho:enroll", "scaiecho:admin", "admin"];

/** The keys of a tenant; by default of the one that is signed in. */
export function Keys({ tenant }: { tenant?: string }) {
  const query = tenant ? `?tenant_id=${tenant}` : "";
  const keys = useLoad(() => all<Key>(`/v1/admin/keys${query}`), [tenant]);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  return (
    <>
      <div class="actions">
        <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{t.usage.createKey}</Button>
      </div>
      <Show of={keys}>
        {(data) => (
          <div class="scroll" tabIndex={0} role="region" aria-label={t.usage.keys}>
            <table class="table keys">
              <thead>
                <tr><th>{t.usage.user}</th><th>{t.usage.permissions}</th><th>{t.usage.lastUsed}</th><th>{t.usage.expires}</th><th><span class="unseen">{t.usage.revoke}</span></th></tr>
              </thead>
              <tbody>
                {data.map((key) => (
                  <tr key={key.id}>
                    <td><strong>{key.user}</strong>{key.name && <div class="quiet">{key.name}</div>}</td>
                    <td><div class="chips">{key.permissions.map((permission) => <Chip key={permission}>{permission}</Chip>)}</div></td>
                    <td class="quiet" data-label={t.usage.lastUsed}>{key.last_used_at ? moment(key.last_used_at) : t.usage.never}</td>
                    <td class="quiet" data-label={t.usage.expires}>{key.expires_at ? day(key.expires_at) : t.usage.never}</td>
                    <td class="number"><Button kind="quiet" icon="trash" label={t.usage.revokeOf(key.user, key.name)} onClick={() => setRevoking(key)} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Show>
      {creating && <CreateKey tenant={tenant} onClose={() => setCreating(false)} done={keys.reload} />}
      {revoking && (
        <Confirm
          title={t.usage.revokeTitle}
          text={t.usage.revokeText(revoking.user)}
          action={t.usage.revoke}
          onClose={() => setRevoking(null)}
          onConfirm={async () => {
            await change("DELETE", `/v1/admin/keys/${revoking.id}${query}`);
            say(t.usage.revoked);
            await keys.reload();
          }}
        />
      )}
    </>
  );
}

function CreateKey({ tenant, onClose, done }: { tenant: string | undefined; onClose: () => void; done: () => Promise<void> }) {
  const [user, setUser] = useState("");
  const [name, setName] = useState("");
  const [expires, setExpires] = useState("");
  const [chosen, setChosen] = useState(new Set(["media:read", "media:write", "rooms", "calls", "scaiecho:transcribe", "scaiecho:diarize"]));
  const [secret, setSecret] = useState("");
  const offered = may("operator") ? [...PERMISSIONS, "operator"] : PERMISSIONS;
  if (secret) {
    return (
      <Dialog title={t.usage.keyCreated} onClose={onClose}>
        <p>{t.usage.keyShownOnce}</p>
        <div class="share">
          <TextField label={t.signin.key} value={secret} onValue={() => {}} />
          <Button icon="copy" onClick={() => void copy(secret)}>{t.copy}</Button>
        </div>
      </Dialog>
    );
  }
  const create = async () => {
    const made = await change<Key>("POST", "/v1/admin/keys", {
      tenant_id: tenant,
      user: user.trim(),
      name: name.trim(),
      permissions: [...chosen],
      expires_at: expires ? new Date(`${expires}T23:59:59Z`).toISOString() : null,
    });
    setSecret(made.key!);
    await done();
  };
  return (
    <FormDialog title={t.usage.createKey} action={t.usage.createKey} onSubmit={create} onClose={onClose} onDone={() => {}} disabled={chosen.size === 0}>
      <TextField label={t.usage.user} hint={t.usage.userHint} value={user} onValue={setUser} required first autocomplete="off" />
      <TextField label={t.usage.keyName} value={name} onValue={setName} autocomplete="off" />
      <TextField label={t.usage.expires} type="date" value={expires} onValue={setExpires} min={new Date().toISOString().slice(0, 10)} />
      <fieldset class="bare">
        <legend>{t.usage.permissions}</legend>
        <div class="permissions">
          {offered.map((permission) => (
            <label key={permission} class="check">
              <input
                type="checkbox"
                checked={chosen.has(permission)}
                onChange={(event) => {
                  const next = new Set(chosen);
                  if (event.currentTarget.checked) next.add(permission);
                  else next.delete(permission);
                  setChosen(next);
                }}
              />
              <code>{permission}</code>
            </label>
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}

const DAYS = 30;

function isoDay(ago: number): string {
  return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

function Plots() {
  const tenant = session.value!.me.tenant_id;
  const usage = useLoad(async () => {
    const range = `tenant_id=${tenant}&from=${isoDay(DAYS - 1)}&to=${isoDay(0)}`;
    const [days, users, storage] = await Promise.all([
      get<Usage[]>(`/v1/admin/usage?by=day&${range}`),
      get<Usage[]>(`/v1/admin/usage?by=user&${range}`),
      get<StorageUsage>(`/v1/admin/storage?days=${DAYS}`),
    ]);
    return { days, users, storage };
  });
  return (
    <Show of={usage} waiting={<Skeleton kind="paragraph" rows={4} />}>
      {({ days, users, storage }) => {
        const byDay = new Map(days.map((one) => [one.day, one]));
        const dates = Array.from({ length: DAYS }, (_, index) => isoDay(DAYS - 1 - index));
        const values = (of: (one: Usage) => number) => dates.map((date) => (byDay.has(date) ? of(byDay.get(date)!) : 0));
        const sum = (of: (one: Usage) => number) => days.reduce((all, one) => all + of(one), 0);
        return (
          <>
            <div class="columns">
              <Total label={t.usage.audio} value={clock(sum((one) => one.audio_seconds))} />
              <Total label={t.usage.calls} value={number(sum((one) => one.calls))} />
              <Total label={t.usage.cost} value={number(sum((one) => one.cost), 2)} />
              <Total label={t.usage.stored} value={bytes(storage.stored_bytes)} />
            </div>
            <Plot title={t.usage.audioPerDay} unit="min" dates={dates} values={values((one) => one.audio_seconds / 60)} />
            <Plot title={t.usage.storedPerDay} unit="MB" dates={dates} values={stored(storage, dates)} />
            <Plot title={t.usage.costPerDay} unit="" dates={dates} values={values((one) => one.cost)} />
            <section>
              <h2>{t.usage.byUser}</h2>
              {users.length === 0 ? (
                <Empty icon="usage" title={t.usage.none} />
              ) : (
                <div class="scroll" tabIndex={0} role="region" aria-label={t.usage.byUser}>
                  <table class="table">
                    <thead><tr><th>{t.usage.user}</th><th class="number">{t.usage.calls}</th><th class="number">{t.usage.audio}</th><th class="number">{t.usage.cost}</th></tr></thead>
                    <tbody>
                      {users.map((one) => (
                        <tr key={one.user}><td>{one.user}</td><td class="number">{number(one.calls)}</td><td class="number">{clock(one.audio_seconds)}</td><td class="number">{number(one.cost, 4)}</td></tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </section>
          </>
        );
      }}
    </Show>
  );
}

/** What was stored at the end of each day, in megabytes, of what is still there. */
function stored({ stored_bytes, days }: StorageUsage, dates: string[]): number[] {
  const added = new Map(days.map(({ day: date, added_bytes }) => [date, added_bytes]));
  const values: number[] = [];
  let bytesThen = stored_bytes;
  for (const date of [...dates].reverse()) {
    values.unshift(bytesThen / 1e6);
    bytesThen -= added.get(date) ?? 0;
  }
  return values;
}

function Total({ label, value }: { label: string; value: string }) {
  return (
    <div class="card total">
      <span class="quiet">{label}</span>
      <strong>{value}</strong>
    </div>
  );
}

/** One value a day, as bars. Also told in words, for those who cannot see it. */
function Plot({ title, unit, dates, values }: { title: string; unit: string; dates: string[]; values: number[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let remove = () => {};
    let gone = false;
    import("./plot").then(
      ({ draw }) => {
        const label = {
          day: (date: Date) => date.toLocaleDateString(language.value, { day: "numeric", month: "short", timeZone: "UTC" }),
          value: (value: number) => `${number(value, 2)} ${unit}`.trim(),
        };
        if (!gone && frame.current) remove = draw(frame.current, dates, values, label);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      remove();
    };
  }, [values.join()]);
  const busiest = values.indexOf(Math.max(...values));
  return (
    <figure class="card stack">
      <figcaption><h2>{title}</h2></figcaption>
      {failed ? <Notice>{t.errors.offline}</Notice> : <div ref={frame} class="plot" role="img" aria-label={t.usage.plotInWords(title, day(dates[busiest]!), `${number(values[busiest]!, 2)} ${unit}`)} />}
    </figure>
  );
}

