import { t } from "../i18n";

/** How loud it is, from 0 to 1, on a scale of decibels down to -60. */
export function Level({ peak }: { peak: number }) {
  const share = peak <= 0.001 ? 0 : 1 + Math.log10(peak) / 3;
  return (
    <div class="level" role="meter" aria-label={t.sound.level} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
      <div class={peak >= 0.99 ? "clipped" : ""} style={{ width: `${share * 100}%` }} />
    </div>
  );
}
