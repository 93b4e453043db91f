import { useEffect, useState } from "preact/hooks";
import { change, list, type Page } from "../api";
import { clock, languageName, moment, t } from "../i18n";
import { href } from "../router";
import { may } from "../session";
import type { Job } from "../types";
import { DropZone } from "../ui/drop";
import { Icon } from "../ui/icons";
import { LanguageField } from "../ui/languages";
import { useAction, useLoad } from "../ui/load";
import { Bar, Button, Check, Empty, Field, Header, Notice, Show, say } from "../ui/parts";
import { UploadRows } from "../ui/uploads";
import { ended, jobName, StatusChip, useProgress } from "./jobs";
import { Reader } from "./reader";
import { queued, recordings, transcribe, type Wish } from "./uploads";

export function TranscribePage({ argument }: { argument: string }) {
  return argument ? <Reader key={argument} id={argument} /> : <Overview />;
}

function Overview() {
  const [wish, setWish] = useState<Wish>({ language: "", diarize: may("scaiecho:diarize"), speakers: "" });
  const jobs = useLoad(() => list<Job>("/v1/jobs?limit=50"));
  useEffect(() => {
    if (queued.value > 0) void jobs.reload();
  }, [queued.value]);
  const [more, setMore] = useState<Page<Job> | null>(null);
  const action = useAction();
  const replace = (job: Job) => jobs.replace((page) => ({ ...page, data: page.data.map((one) => (one.job_id === job.job_id ? job : one)) }));
  useProgress(jobs.data?.data, replace);
  const cursor = (more ?? jobs.data)?.meta.next_cursor;
  const again = (job: Job) =>
    action.run(async () => {
      await transcribe(job.media_id!, wish);
      queued.value++;
    });
  return (
    <>
      <Header title={t.pages.transcribe} lead={t.transcribe.lead} />
      <section class="card intake">
        <DropZone title={t.transcribe.drop} hint={t.transcribe.dropHint} accept="audio/*,video/*" onFiles={(files) => recordings.add(files, wish)} />
        <div class="options">
          <LanguageField label={t.transcribe.language} value={wish.language} onValue={(language) => setWish({ ...wish, language })} />
          {may("scaiecho:diarize") && (
            <>
              <Check label={t.transcribe.diarize} checked={wish.diarize} onChange={(diarize) => setWish({ ...wish, diarize })} />
              <Field label={t.transcribe.speakers}>
                {(id) => (
                  <select id={id} value={wish.speakers} disabled={!wish.diarize} onChange={(event) => setWish({ ...wish, speakers: event.currentTarget.value })}>
                    <option value="">{t.transcribe.anyNumber}</option>
                    {Array.from({ length: 12 }, (_, index) => (
                      <option key={index} value={index + 1}>{index + 1}</option>
                    ))}
                  </select>
                )}
              </Field>
            </>
          )}
        </div>
      </section>
      {action.error && <Notice>{action.error}</Notice>}
      <section>
        <h2>{t.transcribe.jobs}</h2>
        <Show of={jobs}>
          {({ data }) =>
            data.length + recordings.all.value.length === 0 ? (
              <Empty icon="transcribe" title={t.transcribe.none}>{t.transcribe.noneHint}</Empty>
            ) : (
              <ul class="rows">
                <UploadRows of={recordings} />
                {[...data, ...(more?.data ?? [])].map((job) => (
                  <JobRow key={job.job_id} job={job} changed={replace} again={() => void again(job)} />
                ))}
              </ul>
            )
          }
        </Show>
        {cursor && (
          <Button
            busy={action.busy}
            onClick={() =>
              void action.run(async () => {
                const page = await list<Job>(`/v1/jobs?limit=50&cursor=${encodeURIComponent(cursor)}`);
                setMore({ ...page, data: [...(more?.data ?? []), ...page.data] });
              })
            }
          >
            {t.more}
          </Button>
        )}
      </section>
    </>
  );
}

function JobRow({ job, changed, again }: { job: Job; changed: (job: Job) => void; again: () => void }) {
  const { error, busy, run } = useAction();
  const name = jobName(job);
  return (
    <li class="row">
      <Icon name={job.status === "failed" ? "alert" : "file"} />
      <div class="row-main">
        {job.status === "completed" ? (
          <a class="row-title stretched" href={href("transcribe", job.job_id)}>{name}</a>
        ) : (
          <span class="row-title">{name}</span>
        )}
        <span class="quiet">
          {moment(job.created_at)}
          {job.duration !== undefined && ` · ${clock(job.duration)}`}
          {job.language && ` · ${languageName(job.language)}`}
        </span>
        {job.error && <span class="bad-text">{t.codes[job.error.code] ?? job.error.message}</span>}
        {error && <span class="bad-text" role="alert">{error}</span>}
        {job.status === "running" && <Bar share={job.progress || null} label={t.transcribe.progressOf(name)} />}
      </div>
      <div class="row-actions">
        <StatusChip job={job} />
        {!ended(job) && (
          <Button
            kind="quiet"
            icon="close"
            busy={busy}
            label={t.transcribe.cancelJob(name)}
            onClick={() =>
              void run(async () => {
                changed(await change<Job>("POST", `/v1/jobs/${job.job_id}/cancel`));
                say(t.transcribe.cancelled);
              })
            }
          />
        )}
        {(job.status === "failed" || job.status === "cancelled") && job.media_id && job.error?.code !== "SW_UNSUPPORTED_MEDIA" && (
          <Button icon="retry" onClick={again}>{t.retry}</Button>
        )}
      </div>
    </li>
  );
}
