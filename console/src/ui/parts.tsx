// The parts that pages are made of.

import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../i18n";
import { Icon, type IconName } from "./icons";
import type { Loaded } from "./load";

type ButtonProps = {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  busy?: boolean;
  label?: string;
  children?: ComponentChildren;
} & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "label"> & { type?: "button" | "submit"; disabled?: boolean };

/** A button; one with an icon alone has its name in `label`. */
export function Button({ kind = "plain", icon, busy, label, children, type = "button", disabled, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class={`button ${kind} ${children ? "" : "icon-only"}`}
      disabled={disabled || busy}
      aria-busy={busy}
      aria-label={label}
      title={label}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  );
}

export function Header({ title, children, lead }: { title: ComponentChildren; lead?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="page-header">
      <div class="page-title">
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <p class="quiet">{lead}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

export function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string;
  children: (id: string, describedBy: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id, hint ? `${id}-hint` : undefined)}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  hint?: string;
  value: string;
  onValue: (value: string) => void;
  /** The height of a field for longer texts, in lines. */
  rows?: number;
  type?: "text" | "password" | "number" | "date" | "search";
  required?: boolean;
  autocomplete?: string;
  spellcheck?: boolean;
  placeholder?: string;
  /** Has the focus when its dialog opens. */
  first?: boolean;
  maxLength?: number;
  min?: number | string;
  max?: number | string;
  list?: string;
}

export function TextField({ label, hint, value, onValue, rows, type = "text", first, ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint}>
      {(id, described) =>
        rows ? (
          <textarea id={id} rows={rows} value={value} required={rest.required} maxLength={rest.maxLength} aria-describedby={described} onInput={(event) => onValue(event.currentTarget.value)} />
        ) : (
          <input {...rest} {...({ type } as { type: "text" })} id={id} data-first={first} value={value} aria-describedby={described} onInput={(event) => onValue(event.currentTarget.value)} />
        )
      }
    </Field>
  );
}

export function Check({ label, checked, onChange, disabled }: { label: ComponentChildren; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

export function Notice({ children, kind = "error", action }: { children: ComponentChildren; kind?: "error" | "info" | "good"; action?: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      <Icon name={kind === "error" ? "alert" : kind === "good" ? "check" : "info"} />
      <div>{children}</div>
      {action}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {children && <div class="quiet">{children}</div>}
    </div>
  );
}

/** Placeholders of the height of what is being loaded, so that nothing jumps when it is there. */
export function Skeleton({ rows = 4, kind = "row" }: { rows?: number; kind?: "row" | "tile" | "paragraph" }) {
  return (
    <div class={`skeletons ${kind}s`} role="status">
      <span class="unseen">{t.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class={`skeleton ${kind}`} />
      ))}
    </div>
  );
}

/** What was loaded, or placeholders, or what went wrong with a way to try again. */
export function Show<T>({ of, children, waiting }: { of: Loaded<T>; children: (data: T) => ComponentChildren; waiting?: ComponentChildren }) {
  return (
    <>
      {of.error && (
        <Notice action={<Button kind="quiet" icon="retry" onClick={() => void of.reload()}>{t.retry}</Button>}>{of.error}</Notice>
      )}
      {of.data !== undefined ? children(of.data) : !of.error && (waiting ?? <Skeleton />)}
    </>
  );
}

export function Chip({ tone = "plain", children }: { tone?: "plain" | "good" | "warn" | "bad" | "accent"; children: ComponentChildren }) {
  return <span class={`chip ${tone}`}>{children}</span>;
}

export function Bar({ share, label }: { share: number | null; label: string }) {
  return <progress class="bar" max={1} value={share ?? undefined} aria-label={label} />;
}

const said = signal("");
let saidTimer: ReturnType<typeof setTimeout>;
const SAID_MILLIS = 4000;

/** Says for some seconds that something was done. */
export function say(text: string): void {
  clearTimeout(saidTimer);
  said.value = text;
  saidTimer = setTimeout(() => {
    said.value = "";
  }, SAID_MILLIS);
}

export function Said() {
  return (
    <div class="said" role="status">
      {said.value && <p>{said.value}</p>}
    </div>
  );
}

/** Tabs within a page. */
export function Tabs<T extends string>({ tabs, chosen, onChoose, label }: { tabs: Record<T, string>; chosen: T; onChoose: (tab: T) => void; label: string }) {
  const names = Object.keys(tabs) as T[];
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const next = names[(names.indexOf(chosen) + step + names.length) % names.length]!;
    onChoose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {names.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === chosen}
          aria-controls={name === chosen ? `panel-${name}` : undefined}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {tabs[name]}
        </button>
      ))}
    </div>
  );
}

export function Panel({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div id={`panel-${name}`} role="tabpanel" aria-labelledby={`tab-${name}`} tabIndex={0} class="panel">
      {children}
    </div>
  );
}

/** Copies a text and says so. */
export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  say(t.copied);
}
