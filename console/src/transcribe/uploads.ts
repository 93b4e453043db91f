// Recordings on their way to the server. They go on while other pages are shown.

import { signal } from "@preact/signals";
import { told, submit, upload } from "../api";
import { may } from "../session";
import type { Media } from "../types";

export interface Wish {
  language: string;
  diarize: boolean;
  speakers: string;
}

export interface Upload {
  id: number;
  file: File;
  wish: Wish;
  state: "waiting" | "sending" | "failed";
  share: number;
  error: string;
  stop: AbortController;
}

const MAX_CONCURRENT = 2;

export const uploads = signal<Upload[]>([]);

/** Counts up whenever a recording has become a job. */
export const queued = signal(0);

/** Files that were sent from this page, by their job: they can be heard without being downloaded. */
export const sent = new Map<string, File>();

let next = 1;

export function add(files: Iterable<File>, wish: Wish): void {
  const added = [...files].map((file): Upload => ({ id: next++, file, wish, state: "waiting", share: 0, error: "", stop: new AbortController() }));
  uploads.value = [...added, ...uploads.value];
  work();
}

/** Gives an upload up, or removes one that has failed. */
export function remove(id: number): void {
  uploads.value.find((one) => one.id === id)?.stop.abort();
  uploads.value = uploads.value.filter((one) => one.id !== id);
  work();
}

export function retry(id: number): void {
  update(id, { state: "waiting", share: 0, error: "", stop: new AbortController() });
  work();
}

function update(id: number, changes: Partial<Upload>): void {
  uploads.value = uploads.value.map((one) => (one.id === id ? { ...one, ...changes } : one));
}

function work(): void {
  const busy = uploads.value.filter(({ state }) => state === "sending").length;
  for (const one of uploads.value.filter(({ state }) => state === "waiting").reverse().slice(0, MAX_CONCURRENT - busy)) {
    update(one.id, { state: "sending" });
    void start(one);
  }
}

async function start({ id, file, wish, stop }: Upload): Promise<void> {
  try {
    const progress = (share: number) => update(id, { share });
    // As media, the recording can be heard beside its transcript later.
    const stored = may("media:write");
    let job: { job_id: string };
    if (stored) {
      const form = new FormData();
      form.append("file", file);
      const media = await upload<Media>("/v1/media/upload", form, progress, stop.signal);
      job = await transcribe(media.media_id, wish, stop.signal);
    } else {
      const form = wished(wish);
      form.append("file", file);
      job = await upload<{ job_id: string }>("/v1/transcribe", form, progress, stop.signal);
    }
    sent.set(job.job_id, file);
    uploads.value = uploads.value.filter((one) => one.id !== id);
    queued.value++;
  } catch (failure) {
    if (!stop.signal.aborted) update(id, { state: "failed", error: told(failure) });
  }
  work();
}

/** Has a stored recording transcribed. */
export function transcribe(mediaId: string, wish: Wish, signal?: AbortSignal): Promise<{ job_id: string }> {
  const form = wished(wish);
  form.append("media_id", mediaId);
  return submit("/v1/transcribe", form, signal);
}

function wished({ language, diarize, speakers }: Wish): FormData {
  const form = new FormData();
  if (language) form.append("language", language);
  if (diarize) form.append("diarize", "true");
  if (diarize && speakers) form.append("num_speakers", speakers);
  return form;
}
