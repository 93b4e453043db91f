import { number, percent, t } from "../i18n";
import type { Measured, Preflight } from "../types";
import { Icon } from "../ui/icons";

interface Figure {
  label: string;
  value: string;
  limit: string;
  bad: boolean;
}

function Row({ figures }: { figures: Figure[] }) {
  return (
    <dl class="figures" aria-live="polite">
      {figures.map(({ label, value, limit, bad }) => (
        <div key={label} class={bad ? "figure bad" : "figure"}>
          <dt>{label}</dt>
          <dd>
            <Icon name={bad ? "alert" : "check"} />
            {value}
            {bad && <span class="unseen"> {t.speakers.notEnough}</span>}
          </dd>
          <dd class="quiet">{limit}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How good a recording is, each figure beside its limit. */
export function Figures({ measured }: { measured: Measured }) {
  const { limits, fail_reasons: reasons } = measured;
  return (
    <Row
      figures={[
        { label: t.speakers.speech, value: `${number(measured.speech_seconds, 1)} s`, limit: t.speakers.atLeast(`${number(limits.min_speech_seconds)} s`), bad: reasons.includes("duration_below_minimum") || reasons.includes("low_voice_activity_ratio") },
        { label: t.speakers.clarity, value: measured.snr_db === null ? "–" : `${number(measured.snr_db)} dB`, limit: t.speakers.atLeast(`${number(limits.min_snr_db)} dB`), bad: reasons.includes("snr_below_threshold") },
        { label: t.speakers.clipped, value: percent(measured.clipped_ratio), limit: t.speakers.atMost(`${number(limits.max_clipped_ratio * 100, 1)} %`), bad: reasons.includes("peak_dbfs_above_threshold") },
        { label: t.speakers.voices, value: number(measured.voices), limit: t.speakers.atMost(number(limits.max_voices)), bad: reasons.includes("more_than_one_voice") },
      ]}
    />
  );
}

/** Whether the consent was given by the same voice, and in the words that were asked for. */
export function ConsentFigures({ preflight: { consent, same_voice, consent_text_match, fail_reasons, limits } }: { preflight: Preflight }) {
  if (!consent) return null;
  return (
    <Row
      figures={[
        { label: t.speakers.speech, value: `${number(consent.speech_seconds, 1)} s`, limit: t.speakers.atLeast(`${number(consent.limits.min_speech_seconds)} s`), bad: consent.fail_reasons.includes("duration_below_minimum") },
        { label: t.speakers.sameVoice, value: same_voice === null ? "–" : percent(same_voice), limit: t.speakers.atLeast(percent(limits.min_same_voice)), bad: fail_reasons.includes("consent_voice_differs") },
        {
          label: t.speakers.textMatch,
          value: consent_text_match === null ? "–" : percent(consent_text_match),
          limit: limits.min_consent_text_match === null ? t.speakers.recordedOnly : t.speakers.atLeast(percent(limits.min_consent_text_match)),
          bad: fail_reasons.includes("consent_text_differs"),
        },
      ]}
    />
  );
}
