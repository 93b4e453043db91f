import { useEffect, useRef, useState } from "preact/hooks";
import { save } from "../api";
import { clock, number, t } from "../i18n";
import { may } from "../session";
import { nameOf, type SpeakerTag } from "../types";
import { Icon } from "../ui/icons";
import { LanguageField } from "../ui/languages";
import { Level } from "../ui/level";
import { Button, Check, Chip, Empty, Header, Notice, copy } from "../ui/parts";
import { LiveCaptions, type Caption, type LiveState } from "./captions";

export function LivePage() {
  const [language, setLanguage] = useState("");
  const [diarize, setDiarize] = useState(may("scaiecho:diarize"));
  const [state, setState] = useState<LiveState | null>(null);
  const running = useRef<LiveCaptions | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const bottom = useRef<HTMLDivElement>(null);
  const active = state !== null && state.phase !== "ended";

  const start = (source: File | null) => {
    running.current = new LiveCaptions({ language, diarize, file: source }, setState);
    void running.current.start();
  };
  useEffect(() => () => running.current?.stop(), []);
  useEffect(() => {
    const near = innerHeight + scrollY >= document.body.offsetHeight - 200;
    if (near && state?.captions.length) bottom.current?.scrollIntoView({ block: "end" });
  }, [state?.captions.length, state?.partial]);

  const colours = new Map<string, number>();
  const colour = (speaker: SpeakerTag | undefined) => {
    const who = speaker?.id ?? speaker?.label;
    if (!who) return "";
    if (!colours.has(who)) colours.set(who, colours.size % 8);
    return `speaker-${colours.get(who)}`;
  };
  return (
    <>
      <Header title={t.pages.live} lead={t.live.lead}>
        {state && state.captions.length > 0 && (
          <>
            <Button icon="copy" onClick={() => void copy(text(state.captions))}>{t.copy}</Button>
            <Button icon="download" onClick={() => save(new Blob([text(state.captions), "\n"], { type: "text/plain" }), "captions.txt")}>{t.live.download}</Button>
          </>
        )}
      </Header>
      <section class="card live-panel">
        <div class="live-controls">
          {active ? (
            <Button kind="primary" icon="stop" disabled={state.phase === "finishing"} onClick={() => running.current?.stop()}>{t.live.stop}</Button>
          ) : (
            <Button kind="primary" icon="record" onClick={() => start(null)}>{t.live.start}</Button>
          )}
          <Button icon="file" disabled={active} onClick={() => file.current?.click()}>{t.live.fromFile}</Button>
          <input
            ref={file}
            type="file"
            accept="audio/*,video/*"
            hidden
            onChange={(event) => {
              const chosen = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (chosen) start(chosen);
            }}
          />
          <Level peak={state?.peak ?? 0} />
          <span class="live-state" role="status">
            <Chip tone={state?.phase === "listening" ? "bad" : "plain"}>{t.live.phase[state?.phase ?? "ended"]}</Chip>
            {state?.phase === "listening" && state.lag > 0 && <span class="quiet time">{t.live.behind(number(state.lag, 1))}</span>}
          </span>
        </div>
        <fieldset class="options bare" disabled={active}>
          <LanguageField label={t.transcribe.language} value={language} onValue={setLanguage} />
          {may("scaiecho:diarize") && <Check label={t.transcribe.diarize} checked={diarize} onChange={setDiarize} />}
        </fieldset>
      </section>
      {state?.error && <Notice>{state.error}</Notice>}
      {!state || (state.captions.length === 0 && !state.partial) ? (
        <Empty icon="live" title={active ? t.live.speak : t.live.none}>{t.live.noneHint}</Empty>
      ) : (
        <div class="captions" aria-live="polite" lang={language || undefined}>
          {state.captions.map((caption, index) => (
            <p key={caption.start} class={colour(caption.speaker)}>
              <span class="caption-head">
                <span class="time quiet">{clock(caption.start)}</span>
                {caption.speaker && nameOf(state.captions[index - 1]?.speaker) !== nameOf(caption.speaker) && <span class="speaker-name">{nameOf(caption.speaker)}</span>}
              </span>
              <span>{caption.text}</span>
            </p>
          ))}
          {state.partial && (
            <p class="partial" aria-live="off">
              <span class="caption-head"><Icon name="more" /></span>
              <span>{state.partial}</span>
            </p>
          )}
          <div ref={bottom} class="captions-end" />
        </div>
      )}
    </>
  );
}

function text(captions: Caption[]): string {
  return captions.map(({ speaker, text: words }) => (speaker ? `${nameOf(speaker)}: ${words}` : words)).join("\n");
}
