import { useState } from "preact/hooks";
import { change, ECHO, get, list } from "../api";
import { day, languageName, moment, percent, t } from "../i18n";
import { may, session } from "../session";
import type { Consent, Erasure, Speaker } from "../types";
import { Confirm, Dialog } from "../ui/dialogs";
import { Icon } from "../ui/icons";
import { useAction, useLoad } from "../ui/load";
import { Bar, Button, Chip, Empty, Header, Notice, Show, Skeleton, say } from "../ui/parts";
import { Enrol } from "./enrol";

const PATH = `${ECHO}/speakers`;

export function SpeakersPage({ argument }: { argument: string }) {
  if (argument === "enrol" && may("scaiecho:enroll")) return <Enrol />;
  return (
    <>
      <Header title={t.pages.speakers} lead={t.speakers.lead}>
        {may("scaiecho:enroll") && (
          <a class="button primary" href="#/speakers/enrol"><Icon name="plus" /><span>{t.speakers.enrol}</span></a>
        )}
      </Header>
      {may("scaiecho:enroll") ? <Enrolled /> : <Notice kind="info">{t.speakers.noPermission}</Notice>}
      <OwnVoice />
    </>
  );
}

function Enrolled() {
  const speakers = useLoad(() => list<Speaker>(`${PATH}?limit=200`));
  const erasures = useLoad(() => list<Erasure>(`${PATH}/erasures?limit=20`));
  const [record, setRecord] = useState<Speaker | null>(null);
  const [erasing, setErasing] = useState<Speaker | null>(null);
  const reload = async () => {
    await Promise.all([speakers.reload(), erasures.reload()]);
  };
  return (
    <>
      <Show of={speakers}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="speakers" title={t.speakers.none}>{t.speakers.noneHint}</Empty>
          ) : (
            <ul class="rows">
              {data.map((speaker) => (
                <li key={speaker.id} class="row">
                  <span class="avatar" aria-hidden="true">{speaker.display_name.slice(0, 1).toLocaleUpperCase()}</span>
                  <div class="row-main">
                    <span class="row-title">{speaker.display_name}</span>
                    <span class="quiet">{languageName(speaker.language_primary)} · {t.speakers.until(day(speaker.expires_at))}</span>
                  </div>
                  <div class="row-actions">
                    <span class="quality">
                      <Bar share={speaker.percent / 100} label={t.speakers.qualityOf(speaker.display_name)} />
                      <span class="quiet">{percent(speaker.percent / 100)}</span>
                    </span>
                    <Chip tone={speaker.status === "ready" ? "good" : speaker.status === "failed" ? "bad" : "warn"}>{t.speakers.status[speaker.status]}</Chip>
                    <Button kind="quiet" icon="file" label={t.speakers.consentOf(speaker.display_name)} onClick={() => setRecord(speaker)} />
                    <Button kind="quiet" icon="trash" label={t.speakers.eraseOf(speaker.display_name)} onClick={() => setErasing(speaker)} />
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
      {(erasures.data?.data.length ?? 0) > 0 && (
        <details class="card">
          <summary>{t.speakers.erasures(erasures.data!.data.length)}</summary>
          <ul class="stack padded">
            {erasures.data!.data.map(({ id, speaker_id, reason, erased_at }) => (
              <li key={id} class="quiet">
                {moment(erased_at)} · {t.speakers.reasons[reason]} · <code>{speaker_id}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      {record && <Record speaker={record} onClose={() => setRecord(null)} />}
      {erasing && <Erase speaker={erasing} onClose={() => setErasing(null)} done={reload} />}
    </>
  );
}

function Erase({ speaker, onClose, done }: { speaker: Speaker; onClose: () => void; done: () => Promise<void> }) {
  const own = speaker.user_id !== null && speaker.user_id === session.value?.me.user_id;
  return (
    <Confirm
      title={own ? t.speakers.withdrawTitle : t.speakers.eraseTitle(speaker.display_name)}
      text={own ? t.speakers.withdrawText : t.speakers.eraseText}
      action={own ? t.speakers.withdraw : t.speakers.erase}
      onClose={onClose}
      onConfirm={async () => {
        await (own ? change("POST", `${PATH}/${speaker.id}/withdraw`) : change("DELETE", `${PATH}/${speaker.id}`));
        say(t.speakers.erased);
        await done();
      }}
    />
  );
}

function Record({ speaker, onClose }: { speaker: Speaker; onClose: () => void }) {
  const consent = useLoad(() => get<Consent>(`${PATH}/${speaker.id}/consent`), [speaker.id]);
  return (
    <Dialog title={t.speakers.consentOf(speaker.display_name)} onClose={onClose} wide>
      <Show of={consent} waiting={<Skeleton kind="paragraph" rows={2} />}>
        {(data) => (
          <>
            <blockquote class="consent">{data.consent_text}</blockquote>
            <dl class="facts">
              <dt>{t.speakers.fullName}</dt><dd>{data.consent_user_full_name}</dd>
              <dt>{t.speakers.purpose}</dt><dd>{data.consent_stated_purpose}</dd>
              <dt>{t.speakers.recorded}</dt><dd>{moment(data.recorded_at)}</dd>
              <dt>{t.speakers.consentHash}</dt><dd><code>{data.consent_sha256}</code></dd>
              {data.reference_sha256.map((hash) => [<dt key={`${hash}t`}>{t.speakers.referenceHash}</dt>, <dd key={hash}><code>{hash}</code></dd>])}
              <dt>{t.speakers.entry}</dt><dd>{data.sequence} · <code>{data.hash}</code></dd>
            </dl>
          </>
        )}
      </Show>
    </Dialog>
  );
}

/** Whether anybody may enrol the person who is signed in. */
function OwnVoice() {
  const state = useLoad(() => get<{ withdrawn: boolean; withdrawn_at: string | null }>(`${PATH}/withdrawal`));
  const { busy, error, run } = useAction();
  if (!state.data?.withdrawn) return null;
  return (
    <section class="card stack">
      <h2>{t.speakers.ownVoice}</h2>
      <p>{t.speakers.withdrawn(day(state.data.withdrawn_at!))}</p>
      {error && <Notice>{error}</Notice>}
      <div class="actions">
        <Button
          busy={busy}
          onClick={() =>
            void run(async () => {
              await change("DELETE", `${PATH}/withdrawal`);
              await state.reload();
            })
          }
        >
          {t.speakers.allowAgain}
        </Button>
      </div>
    </section>
  );
}
