import { Fragment } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { change, download, get } from "../api";
import { clock, languageName, percent, t } from "../i18n";
import { href } from "../router";
import { may } from "../session";
import { nameOf, type Job, type Voice } from "../types";
import { FormDialog } from "../ui/dialogs";
import { Icon } from "../ui/icons";
import { useAction, useLoad } from "../ui/load";
import { Bar, Button, Empty, Header, Notice, Show, Skeleton, TextField, copy, say } from "../ui/parts";
import { ended, jobName, StatusChip, useProgress } from "./jobs";
import { Player, type PlayerHandle } from "./player";
import { useSource } from "./source";
import { sent } from "./uploads";
import { blocks, key, search, wordAt, type Block } from "./words";

/** What can be downloaded, by what it is for. */
const FORMATS = [
  { use: "subtitles", name: "VTT", accept: "text/vtt", extension: "vtt" },
  { use: "subtitles", name: "SRT", accept: "application/x-subrip", extension: "srt" },
  { use: "text", name: "TXT", accept: "text/plain", extension: "txt" },
  { use: "data", name: "JSON", accept: "application/json", extension: "json" },
  { use: "data", name: "RTTM", accept: "text/rttm", extension: "rttm" },
] as const;

/** How many colours there are for speakers. */
const COLOURS = 8;

/** A transcript beside its recording. */
export function Reader({ id }: { id: string }) {
  const job = useLoad(() => get<Job>(`/v1/jobs/${id}?words=true`), [id]);
  useProgress(job.data ? [job.data] : undefined, (state) => (ended(state) ? void job.reload() : job.replace(() => state)));
  return (
    <>
      <a class="back" href={href("transcribe")}>
        <Icon name="back" /> {t.transcribe.all}
      </a>
      <Show of={job} waiting={<Skeleton kind="paragraph" rows={6} />}>
        {(data) => (data.status === "completed" ? <Transcript job={data} reload={job.reload} /> : <Unfinished job={data} />)}
      </Show>
    </>
  );
}

function Unfinished({ job }: { job: Job }) {
  return (
    <>
      <Header title={jobName(job)}>
        <StatusChip job={job} />
      </Header>
      {job.error && <Notice>{t.codes[job.error.code] ?? job.error.message}</Notice>}
      {!ended(job) && <Bar share={job.progress || null} label={t.transcribe.progressOf(jobName(job))} />}
    </>
  );
}

function Transcript({ job, reload }: { job: Job; reload: () => Promise<void> }) {
  const text = useMemo(() => blocks(job.segments ?? []), [job]);
  const words = useMemo(() => text.flatMap((block) => block.words), [text]);
  const starts = useMemo(() => words.map(({ start }) => start), [words]);
  const colours = useMemo(() => new Map(job.speakers?.map((voice, index) => [voice.id ?? voice.label, index % COLOURS]) ?? []), [job]);
  const player = useRef<PlayerHandle>(null);
  const body = useRef<HTMLDivElement>(null);
  const lit = useRef<Element | null>(null);
  const follow = useRef(true);
  const source = useSource(may("media:read") ? (job.media_id ?? job.retained_media_id) : undefined, sent.get(job.job_id));
  const [renaming, setRenaming] = useState<Voice | null>(null);
  const action = useAction();
  const base = jobName(job).replace(/\.[^.]+$/, "");

  // Done without rendering: it happens at every frame, among up to tens of thousands of words.
  const light = (time: number) => {
    const index = wordAt(starts, time);
    const word = index < 0 || time > words[index]!.end + 1 ? null : (body.current?.querySelector(`[data-w="${index}"]`) ?? null);
    if (word === lit.current) return;
    lit.current?.classList.remove("lit");
    word?.classList.add("lit");
    lit.current = word;
    if (word && follow.current) reveal(word);
  };

  return (
    <>
      <Header
        title={jobName(job)}
        lead={[job.duration !== undefined ? clock(job.duration) : "", job.language ? languageName(job.language) : "", job.speakers ? t.transcribe.voices(job.speakers.length) : ""].filter(Boolean).join(" · ")}
      >
        <div class="group" role="group" aria-label={t.transcribe.downloads}>
          <Icon name="download" />
          {FORMATS.filter(({ name }) => name !== "RTTM" || job.speakers).map(({ use, name, accept, extension }, index) => (
            <Fragment key={name}>
              {use !== FORMATS[index - 1]?.use && <span class="group-name">{t.transcribe.uses[use]}</span>}
              <Button
                kind="quiet"
                disabled={action.busy}
                label={t.transcribe.downloadAs(name)}
                onClick={() => void action.run(() => download(`/v1/jobs/${job.job_id}?words=true`, `${base}.${extension}`, accept))}
              >
                {name}
              </Button>
            </Fragment>
          ))}
        </div>
        <Button icon="copy" label={t.transcribe.copyText} onClick={() => void copy(plainText(text))} />
      </Header>
      {action.error && <Notice>{action.error}</Notice>}
      <div class="reader-tools">
        {job.speakers && (
          <ul class="voices" aria-label={t.transcribe.speakersHere}>
            {job.speakers.map((voice) => (
              <li key={voice.label}>
                <button
                  type="button"
                  class={`voice speaker-${colours.get(voice.id ?? voice.label)}`}
                  disabled={Boolean(voice.id)}
                  title={voice.id ? t.transcribe.enrolled : t.transcribe.rename(nameOf(voice))}
                  onClick={() => setRenaming(voice)}
                >
                  <span class="dot" />
                  {nameOf(voice)}
                  <span class="quiet">{percent(voice.talk_seconds / Math.max(1, job.speakers!.reduce((sum, one) => sum + one.talk_seconds, 0)))}</span>
                  {!voice.id && <Icon name="edit" />}
                </button>
              </li>
            ))}
          </ul>
        )}
        <Search words={words} body={body} />
      </div>
      {text.length === 0 ? (
        <Empty icon="sound" title={t.transcribe.nothingSaid} />
      ) : (
        <div
          ref={body}
          class="transcript"
          lang={job.language ?? undefined}
          onClick={(event) => {
            const word = (event.target as Element).closest<HTMLElement>("[data-w]");
            if (word && source.url && !getSelection()?.toString()) player.current?.seek(words[Number(word.dataset.w)]!.start);
          }}
        >
          {text.map((block) => (
            <Paragraph key={block.start} block={block} colour={colours.get(key(block.speaker))} playable={Boolean(source.url)} seek={(time) => player.current?.seek(time)} />
          ))}
        </div>
      )}
      {source.error && <Notice kind="info">{t.transcribe.noAudio(source.error)}</Notice>}
      {source.url && (
        <Player handle={player} source={source.url} video={source.video} duration={job.duration ?? 0} renew={source.renew} onTime={light} />
      )}
      {renaming && <Rename job={job} voice={renaming} onClose={() => setRenaming(null)} done={reload} />}
    </>
  );
}

function reveal(word: Element): void {
  const { top, bottom } = word.getBoundingClientRect();
  if (top < 80 || bottom > innerHeight - 140) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    word.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }
}

function plainText(text: Block[]): string {
  return text.map(({ speaker, words }) => (speaker ? `${nameOf(speaker)}: ` : "") + words.map((word) => word.before + word.text).join("").trim()).join("\n\n");
}

function Paragraph({ block, colour, playable, seek }: { block: Block; colour: number | undefined; playable: boolean; seek: (time: number) => void }) {
  return (
    <div class={`paragraph ${colour === undefined ? "" : `speaker-${colour}`}`}>
      <div class="paragraph-head">
        {block.speaker && <span class="speaker-name">{nameOf(block.speaker)}</span>}
        <button type="button" class="time" disabled={!playable} aria-label={t.transcribe.playFrom(clock(block.start))} onClick={() => seek(block.start)}>
          {clock(block.start)}
        </button>
      </div>
      <p class={playable ? "playable" : ""}>
        {block.words.map(({ index, before, text }) => (
          <Fragment key={index}>
            {before}
            <span data-w={index}>{text}</span>
          </Fragment>
        ))}
      </p>
    </div>
  );
}

function Search({ words, body }: { words: Block["words"]; body: { current: HTMLElement | null } }) {
  const [phrase, setPhrase] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => search(words, phrase), [words, phrase]);
  useEffect(() => setAt(0), [phrase]);
  useEffect(() => {
    const marked: Element[] = [];
    found.forEach(([first, last], index) => {
      for (let word = first; word <= last; word++) {
        const element = body.current?.querySelector(`[data-w="${word}"]`);
        if (!element) continue;
        element.classList.add("hit");
        if (index === at) element.classList.add("here");
        marked.push(element);
      }
    });
    const here = found[at] && body.current?.querySelector(`[data-w="${found[at][0]}"]`);
    if (here) reveal(here);
    return () => marked.forEach((element) => element.classList.remove("hit", "here"));
  }, [found, at]);
  const step = (by: number) => found.length && setAt((at + by + found.length) % found.length);
  return (
    <form class="search" role="search" onSubmit={(event) => { event.preventDefault(); step(1); }}>
      <Icon name="search" />
      <input type="search" aria-label={t.transcribe.search} placeholder={t.transcribe.search} value={phrase} onInput={(event) => setPhrase(event.currentTarget.value)} />
      {phrase.trim() && (
        <>
          <span class="quiet" role="status">{found.length ? t.transcribe.hit(at + 1, found.length) : t.transcribe.noHit}</span>
          <Button kind="quiet" icon="up" label={t.transcribe.previousHit} onClick={() => step(-1)} />
          <Button kind="quiet" icon="down" label={t.transcribe.nextHit} onClick={() => step(1)} />
        </>
      )}
    </form>
  );
}

function Rename({ job, voice, onClose, done }: { job: Job; voice: Voice; onClose: () => void; done: () => Promise<void> }) {
  const [name, setName] = useState(voice.display_name ?? "");
  const rename = async () => {
    await change("PUT", `/v1/jobs/${job.job_id}/speakers/${encodeURIComponent(voice.label)}`, { display_name: name.trim() || null });
    await done();
    say(t.transcribe.renamed);
  };
  return (
    <FormDialog title={t.transcribe.rename(nameOf(voice))} action={t.save} onSubmit={rename} onClose={onClose}>
      <TextField label={t.transcribe.name} hint={t.transcribe.renameHint} value={name} onValue={setName} maxLength={200} first />
    </FormDialog>
  );
}
