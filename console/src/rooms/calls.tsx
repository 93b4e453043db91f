import { useState } from "preact/hooks";
import { get } from "../api";
import { clock, moment, t } from "../i18n";
import { may } from "../session";
import { address } from "../transcribe/source";
import type { Call, Media, Member, RoomMessage } from "../types";
import { Icon } from "../ui/icons";
import { useAction, useLoad } from "../ui/load";
import { Button, Chip, Empty, Notice, Show } from "../ui/parts";
import { TranscriptText } from "./messages";
import { memberName } from "./room";

/** The recorded calls of a room, as far as its messages tell of them. */
export function Calls({ members, messages }: { members: Member[]; messages: RoomMessage[] }) {
  const ids = [...new Set(messages.flatMap(({ content }) => content.call_id ?? []))];
  const calls = useLoad(() => Promise.all(ids.map((id) => get<Call>(`/v1/calls/${id}`))), [ids.join()]);
  return (
    <Show of={calls}>
      {(data) =>
        data.length === 0 ? (
          <Empty icon="phone" title={t.rooms.noCalls}>{t.rooms.noCallsHint}</Empty>
        ) : (
          <ul class="stack">
            {data.map((call) => (
              <CallCard key={call.id} call={call} members={members} transcripts={messages.filter(({ content }) => content.call_id === call.id && content.text)} />
            ))}
          </ul>
        )
      }
    </Show>
  );
}

function CallCard({ call, members, transcripts }: { call: Call; members: Member[]; transcripts: RoomMessage[] }) {
  const lasted = call.ended_at ? (Date.parse(call.ended_at) - Date.parse(call.started_at)) / 1000 : null;
  return (
    <li class="card stack">
      <div class="row-main">
        <h2><Icon name="phone" /> {t.rooms.callTypes[call.type]} · {moment(call.started_at)}</h2>
        <span class="quiet">
          {[lasted === null ? "" : clock(lasted), [...new Set(call.participants.map(({ participant_id }) => memberName(members, participant_id)))].join(", ")].filter(Boolean).join(" · ")}
        </span>
      </div>
      {call.recordings.map((recording) => (
        <Recording key={recording.id} recording={recording} />
      ))}
      {transcripts.map((message) => (
        <TranscriptText key={message.id} message={message} />
      ))}
    </li>
  );
}

function Recording({ recording: { status, media_id, reason } }: { recording: Call["recordings"][number] }) {
  const [media, setMedia] = useState<{ url: string; video: boolean } | null>(null);
  const { busy, error, run } = useAction();
  const open = () =>
    run(async () => {
      const info = await get<Media>(`/v1/media/${media_id}/info`);
      setMedia({ url: await address(info), video: info.mime_type.startsWith("video/") });
    });
  if (media) return media.video ? <video class="recording" src={media.url} controls autoplay playsInline /> : <audio class="recording" src={media.url} controls autoplay />;
  return (
    <div class="actions">
      <Chip tone={status === "completed" ? "good" : status === "failed" ? "bad" : "accent"}>{t.rooms.recordingStatus[status] ?? status}</Chip>
      {reason && <span class="quiet">{reason}</span>}
      {media_id && may("media:read") && <Button icon="play" busy={busy} onClick={() => void open()}>{t.rooms.playRecording}</Button>}
      {error && <Notice>{error}</Notice>}
    </div>
  );
}
