// Files on their way to the server. They go on while other pages are shown.

import { effect, signal, type Signal } from "@preact/signals";
import { change, told, upload } from "../api";
import { bytes, percent, t } from "../i18n";
import { session } from "../session";
import type { Media } from "../types";
import { Icon } from "./icons";
import { Bar, Button } from "./parts";

interface Upload<Wish> {
  id: number;
  file: File;
  wish: Wish;
  state: "waiting" | "sending" | "failed";
  share: number;
  error: string;
  stop: AbortController;
}

/** Sends one file, and resolves to what takes it back again. */
export type Send<Wish> = (file: File, wish: Wish, progress: (share: number) => void, stop: AbortSignal) => Promise<() => Promise<unknown>>;

/** More of them at once would only share the same connection. */
const MAX_CONCURRENT = 2;

let next = 1;

/** A queue of files. A cancelled one leaves nothing on the server, one that failed can be sent again. */
export class Uploads<Wish> {
  readonly all: Signal<Upload<Wish>[]> = signal([]);

  constructor(private readonly send: Send<Wish>) {
    // Whoever signs out takes what is not sent yet along.
    effect(() => {
      if (!session.value) this.all.peek().forEach(({ id }) => this.cancel(id));
    });
  }

  add(files: File[], wish: Wish): void {
    const added = files.map((file): Upload<Wish> => ({ id: next++, file, wish, state: "waiting", share: 0, error: "", stop: new AbortController() }));
    this.all.value = [...this.all.value, ...added];
    this.work();
  }

  /** Gives an upload up, or removes one that has failed. */
  cancel(id: number): void {
    this.all.peek().find((one) => one.id === id)?.stop.abort();
    this.remove(id);
    this.work();
  }

  retry(id: number): void {
    this.update(id, { state: "waiting", share: 0, error: "", stop: new AbortController() });
    this.work();
  }

  private remove(id: number): void {
    this.all.value = this.all.peek().filter((one) => one.id !== id);
  }

  private update(id: number, changes: Partial<Upload<Wish>>): void {
    this.all.value = this.all.peek().map((one) => (one.id === id ? { ...one, ...changes } : one));
  }

  private work(): void {
    const all = this.all.peek();
    const busy = all.filter(({ state }) => state === "sending").length;
    for (const one of all.filter(({ state }) => state === "waiting").slice(0, MAX_CONCURRENT - busy)) {
      this.update(one.id, { state: "sending" });
      void this.start(one);
    }
  }

  private async start({ id, file, wish, stop }: Upload<Wish>): Promise<void> {
    try {
      if (!file.size) throw new Error(t.uploads.empty);
      const takeBack = await this.send(file, wish, (share) => this.update(id, { share }), stop.signal);
      if (stop.signal.aborted) await takeBack();
      this.remove(id);
    } catch (failure) {
      if (!stop.signal.aborted) this.update(id, { state: "failed", error: told(failure) });
    }
    this.work();
  }
}

/** Stores a file as media, in a room if one is given. */
export function store(file: File, room: string | undefined, progress: (share: number) => void, stop: AbortSignal): Promise<Media> {
  const form = new FormData();
  if (room) form.append("room_id", room);
  form.append("file", file);
  return upload<Media>("/v1/media/upload", form, progress, stop);
}

export function discard({ media_id }: Media): Promise<unknown> {
  return change("DELETE", `/v1/media/${media_id}`);
}

/** The rows of a list for the files that are under way, or for those with one wish. */
export function UploadRows<Wish>({ of, only }: { of: Uploads<Wish>; only?: Wish }) {
  return (
    <>
      {of.all.value.filter(({ wish }) => only === undefined || wish === only).map(({ id, file, state, share, error }) => (
        <li key={id} class="row">
          <Icon name={state === "failed" ? "alert" : "upload"} />
          <div class="row-main">
            <span class="row-title">{file.name}</span>
            {state === "failed" ? (
              <span class="bad-text" role="alert">{error}</span>
            ) : (
              <span class="quiet">
                {state === "waiting" ? t.uploads.waiting : share < 1 ? `${t.uploads.sending} ${percent(share)}` : t.uploads.storing} · {bytes(file.size)}
              </span>
            )}
            {state === "sending" && <Bar share={share < 1 ? share : null} label={t.uploads.progressOf(file.name)} />}
          </div>
          <div class="row-actions">
            {state === "failed" && <Button icon="retry" onClick={() => of.retry(id)}>{t.retry}</Button>}
            <Button kind="quiet" icon="close" label={state === "failed" ? t.uploads.remove(file.name) : t.uploads.cancel(file.name)} onClick={() => of.cancel(id)} />
          </div>
        </li>
      ))}
    </>
  );
}
