import { useState } from "preact/hooks";
import { all, change, get, list } from "../api";
import { day, moment, number, t } from "../i18n";
import type { AuditEvent, Tenant } from "../types";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Icon } from "../ui/icons";
import { useAction, useLoad } from "../ui/load";
import { Button, Check, Chip, Empty, Field, Header, Notice, Panel, Show, Skeleton, Tabs, TextField, say } from "../ui/parts";
import { Keys } from "../usage/page";

type Tab = "health" | "tenants" | "audit";

export function OperatorPage() {
  const [tab, setTab] = useState<Tab>("health");
  return (
    <>
      <Header title={t.pages.operator} lead={t.operator.lead} />
      <Tabs label={t.pages.operator} tabs={{ health: t.operator.health, tenants: t.operator.tenants, audit: t.operator.audit }} chosen={tab} onChoose={setTab} />
      <Panel name={tab}>
        {tab === "health" && <Health />}
        {tab === "tenants" && <Tenants />}
        {tab === "audit" && <Audit />}
      </Panel>
    </>
  );
}

interface Node {
  name: string;
  roles: string[];
  live_streams: number;
  started_at: string;
  seen_at: string;
}

interface Queue {
  queued: number;
  running: number;
  oldest_queued_at: string | null;
}

function Health() {
  const state = useLoad(async () => {
    const [nodes, queue, ready] = await Promise.all([list<Node>("/v1/admin/nodes"), get<Queue>("/v1/admin/queue"), readiness()]);
    return { nodes: nodes.data, queue, ready };
  });
  return (
    <Show of={state} waiting={<Skeleton rows={6} />}>
      {({ nodes, queue, ready }) => (
        <>
          <div class="columns">
            <Figure label={t.operator.queued} value={queue.queued} hint={queue.oldest_queued_at ? t.operator.oldest(moment(queue.oldest_queued_at)) : ""} />
            <Figure label={t.operator.running} value={queue.running} />
            <Figure label={t.operator.streams} value={nodes.reduce((sum, node) => sum + node.live_streams, 0)} />
            <Figure label={t.operator.nodes} value={nodes.length} />
          </div>
          <section>
            <div class="section-head">
              <h2>{t.operator.parts}</h2>
              <Button kind="quiet" icon="retry" label={t.operator.refresh} onClick={() => void state.reload()} />
            </div>
            <ul class="rows">
              {Object.entries(ready).map(([part, words]) => (
                <li key={part} class="row">
                  <span class={`part ${tone(words)}`}><Icon name={({ good: "check", bad: "alert", plain: "info" } as const)[tone(words)]} /></span>
                  <div class="row-main">
                    <span class="row-title">{part}</span>
                    <span class={tone(words) === "bad" ? "bad-text" : "quiet"}>{words}</span>
                  </div>
                </li>
              ))}
            </ul>
          </section>
          <section>
            <h2>{t.operator.nodes}</h2>
            <ul class="rows">
              {nodes.map((node) => (
                <li key={node.name} class="row">
                  <Icon name="operator" />
                  <div class="row-main">
                    <span class="row-title"><code>{node.name}</code></span>
                    <span class="quiet">{t.operator.since(moment(node.started_at))}</span>
                  </div>
                  <div class="chips">{node.roles.map((role) => <Chip key={role} tone="accent">{role}</Chip>)}</div>
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </Show>
  );
}

/** Whether a part works, does not, or is not in use. */
function tone(words: string): "good" | "bad" | "plain" {
  return /^(failed|not )/.test(words) ? "bad" : /^(off|skipped)/.test(words) ? "plain" : "good";
}

/** How each part of the node that answers is; it says so too when it is not ready. */
async function readiness(): Promise<Record<string, string>> {
  const answer = await fetch("/readyz");
  return ((await answer.json()) as { checks: Record<string, string> }).checks;
}

function Figure({ label, value, hint = "" }: { label: string; value: number; hint?: string }) {
  return (
    <div class="card total">
      <span class="quiet">{label}</span>
      <strong>{number(value)}</strong>
      {hint && <span class="quiet">{hint}</span>}
    </div>
  );
}

function Tenants() {
  const tenants = useLoad(() => all<Tenant>("/v1/admin/tenants"));
  const [editing, setEditing] = useState<Tenant | "new" | null>(null);
  const [keys, setKeys] = useState<Tenant | null>(null);
  const limit = (value: number | null, unit: string) => (value === null ? t.operator.unlimited : `${number(value)} ${unit}`);
  return (
    <>
      <div class="actions">
        <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>{t.operator.createTenant}</Button>
      </div>
      <Show of={tenants}>
        {(data) => (
          <div class="scroll" tabIndex={0} role="region" aria-label={t.operator.tenants}>
            <table class="table">
              <thead>
                <tr><th>{t.operator.name}</th><th class="number">{t.operator.storage}</th><th class="number">{t.operator.budget}</th><th class="number">{t.operator.retention}</th><th>{t.operator.recordings}</th><th><span class="unseen">{t.operator.change}</span></th></tr>
              </thead>
              <tbody>
                {data.map((tenant) => (
                  <tr key={tenant.id}>
                    <td><strong>{tenant.name}</strong><div class="quiet">{day(tenant.created_at)}</div></td>
                    <td class="number">{limit(tenant.max_storage_mb, "MB")}</td>
                    <td class="number">{limit(tenant.speech_budget_seconds === null ? null : tenant.speech_budget_seconds / 3600, "h")}</td>
                    <td class="number">{limit(tenant.retention_days, t.operator.days)}</td>
                    <td>{tenant.recordings_enabled ? t.operator.allowed : t.operator.forbidden}</td>
                    <td class="number">
                      <Button kind="quiet" icon="key" label={t.operator.keysOf(tenant.name)} onClick={() => setKeys(tenant)} />
                      <Button kind="quiet" icon="edit" label={t.operator.changeOf(tenant.name)} onClick={() => setEditing(tenant)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Show>
      {editing && <EditTenant tenant={editing === "new" ? null : editing} onClose={() => setEditing(null)} done={tenants.reload} />}
      {keys && <Dialog title={t.operator.keysOf(keys.name)} onClose={() => setKeys(null)} wide><Keys tenant={keys.id} /></Dialog>}
    </>
  );
}

function EditTenant({ tenant, onClose, done }: { tenant: Tenant | null; onClose: () => void; done: () => Promise<void> }) {
  const text = (value: number | null | undefined) => (value == null ? "" : String(value));
  const [name, setName] = useState("");
  const [storage, setStorage] = useState(text(tenant?.max_storage_mb));
  const [budget, setBudget] = useState(text(tenant?.speech_budget_seconds == null ? null : tenant.speech_budget_seconds / 3600));
  const [retention, setRetention] = useState(text(tenant?.retention_days));
  const [recordings, setRecordings] = useState(tenant?.recordings_enabled ?? true);
  const value = (written: string) => (written.trim() ? Number(written) : null);
  const save = async () => {
    const hours = value(budget);
    const limits = {
      max_storage_mb: value(storage),
      speech_budget_seconds: hours === null ? null : Math.round(hours * 3600),
      retention_days: value(retention),
      recordings_enabled: recordings,
    };
    await (tenant ? change("PATCH", `/v1/admin/tenants/${tenant.id}`, limits) : change("POST", "/v1/admin/tenants", { name: name.trim(), ...limits }));
    await done();
    say(t.saved);
  };
  return (
    <FormDialog title={tenant ? t.operator.changeOf(tenant.name) : t.operator.createTenant} action={t.save} onSubmit={save} onClose={onClose}>
      {!tenant && <TextField label={t.operator.name} value={name} onValue={setName} required maxLength={100} first />}
      <TextField label={`${t.operator.storage} (MB)`} hint={t.operator.emptyIsUnlimited} type="number" min={0} value={storage} onValue={setStorage} />
      <TextField label={`${t.operator.budget} (h)`} hint={t.operator.budgetHint} type="number" min={0} value={budget} onValue={setBudget} />
      <TextField label={`${t.operator.retention} (${t.operator.days})`} hint={t.operator.retentionHint} type="number" min={1} value={retention} onValue={setRetention} />
      <Check label={t.operator.allowRecordings} checked={recordings} onChange={setRecordings} />
    </FormDialog>
  );
}

function Audit() {
  const tenants = useLoad(() => all<Tenant>("/v1/admin/tenants"));
  const [tenant, setTenant] = useState("");
  const events = useLoad(() => list<AuditEvent>(`/v1/admin/audit?limit=100${tenant ? `&tenant_id=${tenant}` : ""}`), [tenant]);
  const action = useAction();
  return (
    <>
      <Field label={t.operator.tenant}>
        {(id) => (
          <select id={id} class="narrow" value={tenant} onChange={(event) => setTenant(event.currentTarget.value)}>
            <option value="">{t.operator.ownTenant}</option>
            {tenants.data?.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        )}
      </Field>
      <Show of={events}>
        {({ data, meta }) =>
          data.length === 0 ? (
            <Empty icon="file" title={t.operator.noEvents} />
          ) : (
            <>
              <div class="scroll" tabIndex={0} role="region" aria-label={t.operator.audit}>
                <table class="table">
                  <thead><tr><th>{t.operator.time}</th><th>{t.operator.action}</th><th>{t.operator.subject}</th><th>{t.operator.details}</th></tr></thead>
                  <tbody>
                    {data.map((event) => (
                      <tr key={event.id}>
                        <td class="quiet nowrap">{moment(event.at)}</td>
                        <td><Chip>{event.action}</Chip></td>
                        <td><code>{event.subject}</code></td>
                        <td class="quiet">{Object.entries(event.details).filter(([name]) => name !== "sha256").map(([name, value]) => `${name}: ${value}`).join(", ")}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {meta.next_cursor && (
                <Button
                  busy={action.busy}
                  onClick={() =>
                    void action.run(async () => {
                      const next = await list<AuditEvent>(`/v1/admin/audit?limit=100${tenant ? `&tenant_id=${tenant}` : ""}&cursor=${encodeURIComponent(meta.next_cursor!)}`);
                      events.replace((page) => ({ ...next, data: [...page.data, ...next.data] }));
                    })
                  }
                >
                  {t.more}
                </Button>
              )}
            </>
          )
        }
      </Show>
      {action.error && <Notice>{action.error}</Notice>}
    </>
  );
}
