// Recordings on their way to becoming transcripts.

import { signal } from "@preact/signals";
import { change, submit, upload } from "../api";
import { may } from "../session";
import { discard, store, Uploads, type Send } from "../ui/uploads";

export interface Wish {
  language: string;
  diarize: boolean;
  speakers: string;
}

interface Queued {
  job_id: string;
}

/** Counts up whenever a recording has become a job. */
export const queued = signal(0);

/** Files that were sent from this page, by their job: they can be heard without being downloaded. */
export const sent = new Map<string, File>();

const send: Send<Wish> = async (file, wish, progress, stop) => {
  const { job_id, takeBack } = await (may("media:write") ? asMedia : alone)(file, wish, progress, stop);
  if (!stop.aborted) {
    sent.set(job_id, file);
    queued.value++;
  }
  return async () => {
    await change("POST", `/v1/jobs/${job_id}/cancel`);
    await takeBack();
  };
};

export const recordings = new Uploads<Wish>(send);

/** As media, the recording can be heard beside its transcript later. */
async function asMedia(file: File, wish: Wish, progress: (share: number) => void, stop: AbortSignal): Promise<Queued & { takeBack: () => Promise<unknown> }> {
  const media = await store(file, undefined, progress, stop);
  try {
    stop.throwIfAborted();
    return { ...(await transcribe(media.media_id, wish)), takeBack: () => discard(media) };
  } catch (refused) {
    await discard(media);
    throw refused;
  }
}

async function alone(file: File, wish: Wish, progress: (share: number) => void, stop: AbortSignal): Promise<Queued & { takeBack: () => Promise<unknown> }> {
  const form = wished(wish);
  form.append("file", file);
  return { ...(await upload<Queued>("/v1/transcribe", form, progress, stop)), takeBack: () => Promise.resolve() };
}

/** Has a stored recording transcribed. */
export function transcribe(mediaId: string, wish: Wish): Promise<Queued> {
  const form = wished(wish);
  form.append("media_id", mediaId);
  return submit("/v1/transcribe", form);
}

function wished({ language, diarize, speakers }: Wish): FormData {
  const form = new FormData();
  if (language) form.append("language", language);
  if (diarize) form.append("diarize", "true");
  if (diarize && speakers) form.append("num_speakers", speakers);
  return form;
}
