// What the list of transcripts and the reader of one show of a job.

import { useEffect } from "preact/hooks";
import { get } from "../api";
import { moment, percent, t } from "../i18n";
import type { Job } from "../types";
import { Chip } from "../ui/parts";

const POLL_MILLIS = 1500;

export function ended({ status }: Job): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** Asks for the state of unfinished jobs until they have ended. */
export function useProgress(jobs: Job[] | undefined, changed: (job: Job) => void): void {
  const unfinished = jobs?.filter((job) => !ended(job)).map(({ job_id }) => job_id) ?? [];
  useEffect(() => {
    if (!unfinished.length) return;
    let timer = 0;
    const ask = async () => {
      for (const id of unfinished) {
        try {
          changed(await get<Job>(`/v1/jobs/${id}`));
        } catch {
          // It is asked again.
        }
      }
      if (timer >= 0) timer = window.setTimeout(ask, POLL_MILLIS);
    };
    timer = window.setTimeout(ask, POLL_MILLIS);
    return () => {
      clearTimeout(timer);
      timer = -1;
    };
  }, [unfinished.join()]);
}

export function jobName(job: Job): string {
  return job.filename || t.transcribe.recordingOf(moment(job.created_at));
}

export function StatusChip({ job: { status, progress } }: { job: Job }) {
  const tone = ({ queued: "plain", running: "accent", completed: "good", failed: "bad", cancelled: "plain" } as const)[status];
  return (
    <Chip tone={tone}>
      {t.transcribe.status[status]}
      {status === "running" && progress > 0 ? ` ${percent(progress)}` : ""}
    </Chip>
  );
}
