import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { change, download, get, list, send as request, type Page } from "../api";
import { bytes, clock, moment, t } from "../i18n";
import { go } from "../router";
import { may } from "../session";
import type { Media } from "../types";
import { transcribe } from "../transcribe/uploads";
import { address } from "../transcribe/source";
import { Confirm, Dialog } from "../ui/dialogs";
import { DropZone } from "../ui/drop";
import { Icon, type IconName } from "../ui/icons";
import { useAction, useLoad } from "../ui/load";
import { Button, Check, Chip, Empty, Header, Notice, Show, Skeleton, TextField, copy, say } from "../ui/parts";
import { discard, store, Uploads, UploadRows } from "../ui/uploads";

const KINDS = ["all", "picture", "video", "audio", "document"] as const;
type Kind = (typeof KINDS)[number];
const PAGE = 48;

/** What was stored and is not shown yet. */
const added = signal<Media[]>([]);

const files = new Uploads<undefined>(async (file, _, progress, stop) => {
  const media = await store(file, undefined, progress, stop);
  if (!stop.aborted) added.value = [media, ...added.peek()];
  return () => discard(media);
});

export function kindOf({ mime_type }: Media): Exclude<Kind, "all"> {
  const family = mime_type.split("/")[0];
  return family === "image" ? "picture" : family === "video" || family === "audio" ? family : "document";
}

export function iconOf(media: Media): IconName {
  return ({ picture: "media", video: "play", audio: "sound", document: "file" } as const)[kindOf(media)];
}

export function MediaPage() {
  const [kind, setKind] = useState<Kind>("all");
  const [phrase, setPhrase] = useState("");
  const [open, setOpen] = useState<Media | null>(null);
  const media = useLoad(() => list<Media>(`/v1/media?limit=${PAGE}`));
  const action = useAction();
  useEffect(() => {
    const stored = added.value;
    if (!stored.length || !media.data) return;
    added.value = [];
    const unknown = stored.filter(({ media_id }) => !media.data!.data.some((one) => one.media_id === media_id));
    media.replace((page) => ({ meta: { ...page.meta, total: (page.meta.total ?? 0) + unknown.length }, data: [...unknown, ...page.data] }));
  }, [added.value, media.data]);
  const more = () =>
    action.run(async () => {
      const next: Page<Media> = await list(`/v1/media?limit=${PAGE}&cursor=${encodeURIComponent(media.data!.meta.next_cursor!)}`);
      media.replace((page) => ({ meta: { ...next.meta, total: page.meta.total }, data: [...page.data, ...next.data] }));
    });
  const sought = phrase.trim().toLocaleLowerCase();
  const shown = (all: Media[]) =>
    all.filter((one) => (kind === "all" || kindOf(one) === kind) && (!sought || `${one.filename} ${one.description ?? ""}`.toLocaleLowerCase().includes(sought)));
  return (
    <>
      <Header title={t.pages.media} lead={media.data?.meta.total ? t.files(media.data.meta.total) : t.media.lead} />
      {may("media:write") && (
        <section class="card intake">
          <DropZone title={t.media.drop} hint={t.media.dropHint} onFiles={(added) => files.add(added, undefined)} />
        </section>
      )}
      {files.all.value.length > 0 && <ul class="rows"><UploadRows of={files} /></ul>}
      <div class="filters">
        <div class="segments" role="group" aria-label={t.media.filter}>
          {KINDS.map((one) => (
            <button key={one} type="button" aria-pressed={kind === one} onClick={() => setKind(one)}>{t.media.kinds[one]}</button>
          ))}
        </div>
        <div class="search">
          <Icon name="search" />
          <input type="search" aria-label={t.media.search} placeholder={t.media.search} value={phrase} onInput={(event) => setPhrase(event.currentTarget.value)} />
        </div>
      </div>
      {action.error && <Notice>{action.error}</Notice>}
      <Show of={media} waiting={<Skeleton kind="tile" rows={8} />}>
        {({ data, meta }) => {
          const found = shown(data);
          return (
            <>
              {found.length === 0 ? (
                <Empty icon="media" title={data.length ? t.media.noneFound : t.media.none}>{data.length ? (meta.next_cursor ? t.media.moreUnseen : "") : t.media.noneHint}</Empty>
              ) : (
                <ul class="tiles">
                  {found.map((one) => (
                    <li key={one.media_id}>
                      <button type="button" class="tile" onClick={() => setOpen(one)}>
                        <Thumbnail media={one} />
                        <span class="tile-name">{one.filename}</span>
                        <span class="quiet">{bytes(one.size)}{one.duration ? ` · ${clock(one.duration)}` : ""}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              )}
              {meta.next_cursor && <Button busy={action.busy} onClick={() => void more()}>{t.more}</Button>}
            </>
          );
        }}
      </Show>
      {open && (
        <Details
          key={open.media_id}
          media={open}
          onClose={() => setOpen(null)}
          changed={(one) => {
            setOpen(one);
            media.replace((page) => ({ ...page, data: page.data.map((before) => (before.media_id === one.media_id ? one : before)) }));
          }}
          deleted={() => {
            setOpen(null);
            media.replace((page) => ({ meta: { ...page.meta, total: page.meta.total && page.meta.total - 1 }, data: page.data.filter(({ media_id }) => media_id !== open.media_id) }));
          }}
        />
      )}
    </>
  );
}

/** The picture of a file, loaded once it comes near the screen; it needs the key, so an address alone will not do. */
export function Thumbnail({ media, size = "medium" }: { media: Media; size?: "medium" | "large" }) {
  const frame = useRef<HTMLSpanElement>(null);
  const [url, setUrl] = useState("");
  useEffect(() => {
    if (!media.thumbnail_id) return;
    let gone = false;
    let made = "";
    const observer = new IntersectionObserver(
      async ([entry]) => {
        if (!entry?.isIntersecting) return;
        observer.disconnect();
        try {
          const answer = await request("GET", `/v1/media/download/${media.media_id}/thumbnail?size=${size}`, { headers: { Accept: "image/webp" } });
          if (answer.status !== 200 || gone) return;
          made = URL.createObjectURL(await answer.blob());
          setUrl(made);
        } catch {
          // The icon stays.
        }
      },
      { rootMargin: "300px" },
    );
    observer.observe(frame.current!);
    return () => {
      gone = true;
      observer.disconnect();
      URL.revokeObjectURL(made);
    };
  }, [media.media_id, media.thumbnail_id, size]);
  return (
    <span ref={frame} class="thumbnail">
      {url ? <img src={url} alt="" /> : <Icon name={iconOf(media)} />}
      {url && kindOf(media) === "video" && <span class="play-mark"><Icon name="play" /></span>}
    </span>
  );
}

function Details({ media, onClose, changed, deleted }: { media: Media; onClose: () => void; changed: (media: Media) => void; deleted: () => void }) {
  const [description, setDescription] = useState(media.description ?? "");
  const [link, setLink] = useState<{ url: string; expires_at: string } | null>(null);
  const [deleting, setDeleting] = useState(false);
  const { busy, error, run } = useAction();
  const path = `/v1/media/${media.media_id}`;
  const patch = (body: object) => run(async () => changed(await change<Media>("PATCH", path, body)));
  const sounds = kindOf(media) === "audio" || kindOf(media) === "video";
  if (deleting) {
    return (
      <Confirm
        title={t.media.deleteTitle}
        text={t.media.deleteText(media.filename)}
        action={t.delete}
        onClose={() => setDeleting(false)}
        onConfirm={async () => {
          await change("DELETE", path);
          say(t.media.deleted);
          deleted();
        }}
      />
    );
  }
  return (
    <Dialog title={media.filename} onClose={onClose} wide>
      <div class="details">
        <Preview media={media} />
        <div class="stack">
          <dl class="facts">
            <dt>{t.media.type}</dt><dd>{media.mime_type}</dd>
            <dt>{t.media.size}</dt><dd>{bytes(media.size)}{media.width ? ` · ${media.width} × ${media.height}` : ""}{media.duration ? ` · ${clock(media.duration)}` : ""}</dd>
            <dt>{t.media.uploaded}</dt><dd>{moment(media.created_at)}</dd>
            <dt>{t.media.scan}</dt><dd><Chip tone={media.scan_status === "clean" ? "good" : media.scan_status === "infected" ? "bad" : "plain"}>{t.media.scans[media.scan_status]}</Chip></dd>
          </dl>
          {error && <Notice>{error}</Notice>}
          <div class="actions">
            <Button icon="download" busy={busy} onClick={() => void run(() => download(`/v1/media/download/${media.media_id}`, media.filename))}>{t.media.download}</Button>
            <Button icon="link" busy={busy} onClick={() => void run(async () => setLink(await get(`/v1/media/signed/${media.media_id}`)))}>{t.media.share}</Button>
            {sounds && may("scaiecho:transcribe") && (
              <Button
                icon="transcribe"
                busy={busy}
                onClick={() => void run(async () => go("transcribe", (await transcribe(media.media_id, { language: "", diarize: may("scaiecho:diarize"), speakers: "" })).job_id))}
              >
                {t.media.transcribe}
              </Button>
            )}
          </div>
          {link && (
            <div class="share">
              <TextField label={t.media.link(moment(link.expires_at))} value={new URL(link.url, location.href).href} onValue={() => {}} />
              <Button icon="copy" onClick={() => void copy(new URL(link.url, location.href).href)}>{t.copy}</Button>
            </div>
          )}
          {may("media:write") && (
            <>
              <form
                class="share"
                onSubmit={(event) => {
                  event.preventDefault();
                  void patch({ description }).then((done) => done && say(t.saved));
                }}
              >
                <TextField label={t.media.description} value={description} onValue={setDescription} maxLength={1000} />
                <Button type="submit" busy={busy}>{t.save}</Button>
              </form>
              <Check label={t.media.shared} checked={media.tenant_scope} onChange={(tenant_scope) => void patch({ tenant_scope })} />
              <div class="actions">
                <Button kind="danger" icon="trash" onClick={() => setDeleting(true)}>{t.delete}</Button>
              </div>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Preview({ media }: { media: Media }) {
  const kind = kindOf(media);
  const [url, setUrl] = useState("");
  const plays = kind === "audio" || kind === "video";
  useEffect(() => {
    let current = true;
    if (plays) void address(media).then((link) => current && setUrl(link), () => {});
    return () => {
      current = false;
    };
  }, [media.media_id]);
  if (plays && url) {
    return <div class="preview">{kind === "video" ? <video src={url} controls preload="metadata" playsInline /> : <audio src={url} controls preload="metadata" />}</div>;
  }
  return <div class="preview"><Thumbnail media={media} size="large" /></div>;
}
