import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { get } from "../api";
import { clock, moment, t } from "../i18n";
import { href } from "../router";
import { memberName } from "../rooms/names";
import { may, session } from "../session";
import { address } from "../transcribe/source";
import type { Call, CallRecording, Media, Member } from "../types";
import { Icon } from "../ui/icons";
import { useAction } from "../ui/load";
import { Button, Chip, Notice } from "../ui/parts";

/** A call with its recordings. Outside of its room, its name and links to transcripts; inside, the transcripts are its children. */
export function CallCard({ call, members, room, children }: { call: Call; members: Member[]; room?: string; children?: ComponentChildren }) {
  const { status, ended_at, started_at } = call;
  const lasted = ended_at ? clock((Date.parse(ended_at) - Date.parse(started_at)) / 1000) : "";
  const people = [...new Set(call.participants.map(({ participant_id }) => memberName(members, participant_id)))].join(", ");
  return (
    <li class="card stack">
      <div class="call-head">
        <Icon name="calls" />
        <div class="row-main">
          <h2>{room ? <a href={href("rooms", call.room_id)}>{room}</a> : moment(started_at)}</h2>
          <span class="quiet">{[room ? moment(started_at) : "", t.calls.types[call.type], lasted, people].filter(Boolean).join(" · ")}</span>
        </div>
        <Chip tone={status === "ended" ? "plain" : "accent"}>{call.end_reason ? t.calls.reasons[call.end_reason] : t.calls.status[status]}</Chip>
      </div>
      {call.recordings.map((recording) => (
        <Recording key={recording.id} recording={recording} whose={recording.participant_id ? memberName(members, recording.participant_id) : ""} linked={Boolean(room)} />
      ))}
      {children}
    </li>
  );
}

function Recording({ recording, whose, linked }: { recording: CallRecording; whose: string; linked: boolean }) {
  const { status, media_id, reason, transcript_job_id: transcript, started_by } = recording;
  const [media, setMedia] = useState<{ url: string; video: boolean } | null>(null);
  const { busy, error, run } = useAction();
  const open = () =>
    run(async () => {
      const info = await get<Media>(`/v1/media/${media_id}/info`);
      setMedia({ url: await address(info), video: info.mime_type.startsWith("video/") });
    });
  return (
    <div class="stack">
      <div class="actions">
        <Chip tone={status === "completed" ? "good" : status === "failed" ? "bad" : "accent"}>{t.calls.recordingStatus[status] ?? status}</Chip>
        {whose && <span>{whose}</span>}
        {reason && <span class="quiet">{reason}</span>}
        {media_id && may("media:read") && !media && <Button icon="play" busy={busy} onClick={() => void open()}>{t.calls.play}</Button>}
        {linked && transcript && started_by === session.value?.me.user_id && (
          <a class="button plain" href={href("transcribe", transcript)}><Icon name="transcribe" /><span>{t.calls.openTranscript}</span></a>
        )}
      </div>
      {error && <Notice>{error}</Notice>}
      {media && (media.video ? <video class="recording" src={media.url} controls autoplay playsInline /> : <audio class="recording" src={media.url} controls autoplay />)}
    </div>
  );
}
