import { change, ECHO, get } from "../api";
import { t } from "../i18n";
import { useAction, useLoad, type Loaded } from "../ui/load";
import { Check, Field, Notice, Show, say } from "../ui/parts";

interface SpeechPolicy {
  allowed_backends: string;
  default_backend: string;
  retain_audio: boolean;
}

interface SpeakerPolicy {
  enrolment: boolean;
  naming: "tenant" | "request" | "off";
  anonymous: boolean;
  consent_reading: "record" | "require";
  retain_reference: boolean;
  max_age_days: number;
}

/** What an organisation lays down for speech and voices; each change takes effect at once. */
export function Policies() {
  const speech = useLoad(() => get<SpeechPolicy>(`${ECHO}/tenant-policy`));
  const voices = useLoad(() => get<SpeakerPolicy>(`${ECHO}/speaker-policy`));
  const { busy, error, run } = useAction();
  const save = <T,>(of: Loaded<T>, method: string, path: string, body: Partial<T>) =>
    void run(async () => {
      const saved = await change<T>(method, path, body);
      of.replace(() => saved);
      say(t.saved);
    });
  return (
    <>
      {error && <Notice>{error}</Notice>}
      <section class="card stack">
        <h2>{t.policies.speech}</h2>
        <Show of={speech}>
          {(policy) => (
            <Check label={t.policies.retainAudio} checked={policy.retain_audio} disabled={busy} onChange={(retain_audio) => save(speech, "PUT", `${ECHO}/tenant-policy`, { retain_audio })} />
          )}
        </Show>
      </section>
      <section class="card stack">
        <h2>{t.policies.voices}</h2>
        <Show of={voices}>
          {(policy) => {
            const put = (body: Partial<SpeakerPolicy>) => save(voices, "PATCH", `${ECHO}/speaker-policy`, body);
            return (
              <>
                <Check label={t.policies.enrolment} checked={policy.enrolment} disabled={busy} onChange={(enrolment) => put({ enrolment })} />
                <Check label={t.policies.anonymous} checked={policy.anonymous} disabled={busy} onChange={(anonymous) => put({ anonymous })} />
                <Check label={t.policies.retainReference} checked={policy.retain_reference} disabled={busy} onChange={(retain_reference) => put({ retain_reference })} />
                <Check label={t.policies.mustRead} checked={policy.consent_reading === "require"} disabled={busy} onChange={(on) => put({ consent_reading: on ? "require" : "record" })} />
                <div class="columns">
                  <Field label={t.policies.naming}>
                    {(id) => (
                      <select id={id} value={policy.naming} disabled={busy} onChange={(event) => put({ naming: event.currentTarget.value as SpeakerPolicy["naming"] })}>
                        {(["tenant", "request", "off"] as const).map((value) => <option key={value} value={value}>{t.policies.namings[value]}</option>)}
                      </select>
                    )}
                  </Field>
                  <Field label={t.policies.maxAge}>
                    {(id) => <input id={id} type="number" min={1} max={1096} value={policy.max_age_days} disabled={busy} onChange={(event) => put({ max_age_days: event.currentTarget.valueAsNumber })} />}
                  </Field>
                </div>
              </>
            );
          }}
        </Show>
      </section>
    </>
  );
}
