import { useRef, useState } from "preact/hooks";
import { ApiError, ECHO, submit } from "../api";
import { language, t } from "../i18n";
import { go, href } from "../router";
import { may, session } from "../session";
import type { Preflight, Speaker } from "../types";
import { Icon } from "../ui/icons";
import { LanguageField } from "../ui/languages";
import { useAction } from "../ui/load";
import { Button, Check, Header, Notice, TextField, say } from "../ui/parts";
import { ConsentFigures, Figures } from "./figures";
import { VoiceRecorder } from "./recorder";

/** Long enough for a profile that more speech would make no better. */
const PREFERRED_SECONDS = 20;

export function Enrol() {
  const [name, setName] = useState("");
  const [purpose, setPurpose] = useState(t.speakers.defaultPurpose);
  const [spoken, setSpoken] = useState(language.value);
  const [own, setOwn] = useState(!may("admin"));
  const [reference, setReference] = useState<Blob | null>(null);
  const [consent, setConsent] = useState<Blob | null>(null);
  const [preflight, setPreflight] = useState<Preflight | null>(null);
  const [compared, setCompared] = useState(false);
  // The number of the latest measurement: an earlier one may be answered after it.
  const latest = useRef(0);
  const { busy, error, run } = useAction();
  const consentText = t.speakers.consentText(name.trim() || "…", purpose.trim() || "…");

  const form = (voice: Blob, agreed: Blob) => {
    const filled = new FormData();
    filled.append("display_name", name.trim() || "?");
    filled.append("language_primary", spoken);
    filled.append("consent_user_full_name", name.trim() || "?");
    filled.append("consent_stated_purpose", purpose.trim() || "?");
    filled.append("consent_text", consentText);
    if (own) filled.append("user_id", session.value!.me.user_id);
    filled.append("reference", voice, "reference.wav");
    filled.append("consent", agreed, "consent.wav");
    return filled;
  };
  // Without a consent yet, the reference stands in for it; its figures are then not shown.
  const measure = async (voice: Blob, agreed: Blob | null) => {
    const number = ++latest.current;
    const { preflight: measured } = await submit<{ preflight: Preflight }>(`${ECHO}/speakers/preflight`, form(voice, agreed ?? voice));
    if (number !== latest.current) return;
    setPreflight(measured);
    setCompared(agreed !== null);
  };
  const enrol = () =>
    run(async () => {
      try {
        const speaker = await submit<Speaker>(`${ECHO}/speakers`, form(reference!, consent!));
        say(t.speakers.enrolled(speaker.display_name));
        go("speakers");
      } catch (failure) {
        if (failure instanceof ApiError && failure.preflight) setPreflight(failure.preflight);
        throw failure;
      }
    });
  const ready = name.trim() && purpose.trim() && reference && consent;
  return (
    <>
      <a class="back" href={href("speakers")}>
        <Icon name="back" /> {t.pages.speakers}
      </a>
      <Header title={t.speakers.enrol} lead={t.speakers.enrolLead} />
      <section class="card stack">
        <h2><span class="step">1</span> {t.speakers.who}</h2>
        <div class="columns">
          <TextField label={t.speakers.fullName} value={name} onValue={setName} required maxLength={200} autocomplete="off" />
          <LanguageField label={t.speakers.language} value={spoken} onValue={setSpoken} detect={false} />
        </div>
        <TextField label={t.speakers.purpose} value={purpose} onValue={setPurpose} required maxLength={1000} />
        <Check label={t.speakers.ownProfile} checked={own} onChange={setOwn} />
      </section>
      <section class="card stack">
        <h2><span class="step">2</span> {t.speakers.reference}</h2>
        <p class="quiet">{t.speakers.referenceHint}</p>
        <VoiceRecorder
          name={t.speakers.reference}
          goal={PREFERRED_SECONDS}
          measure={(recording) => measure(recording, null)}
          done={(recording) => {
            setReference(recording);
            // Its figures are not those of this one.
            setPreflight(null);
            if (consent && recording) void measure(recording, consent);
          }}
        />
        {preflight && <Figures measured={preflight.reference} />}
      </section>
      <section class="card stack">
        <h2><span class="step">3</span> {t.speakers.consent}</h2>
        <p class="quiet">{t.speakers.consentHint}</p>
        <blockquote class="consent">{consentText}</blockquote>
        <VoiceRecorder
          name={t.speakers.consent}
          goal={0}
          disabled={!reference || !name.trim()}
          measure={(recording) => measure(reference!, recording)}
          done={(recording) => {
            setConsent(recording);
            setCompared(false);
          }}
        />
        {!reference && <p class="quiet">{t.speakers.firstReference}</p>}
        {compared && preflight && <ConsentFigures preflight={preflight} />}
      </section>
      {error && <Notice>{error}</Notice>}
      <div class="actions">
        <Button kind="primary" busy={busy} disabled={!ready} onClick={() => void enrol()}>{t.speakers.enrol}</Button>
        {!ready && <span class="quiet">{t.speakers.missing}</span>}
      </div>
    </>
  );
}
