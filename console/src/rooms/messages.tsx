import { useState } from "preact/hooks";
import { change, list, type Page } from "../api";
import { moment, t } from "../i18n";
import { href } from "../router";
import { may, session } from "../session";
import type { Member, RoomMessage } from "../types";
import { Icon } from "../ui/icons";
import { useAction } from "../ui/load";
import { Button, Chip, Empty, Notice } from "../ui/parts";
import { memberName } from "./names";

export function Messages({ room, members, messages, replace }: { room: string; members: Member[]; messages: Page<RoomMessage>; replace: (page: Page<RoomMessage>) => void }) {
  const [text, setText] = useState("");
  const { busy, error, run } = useAction();
  const older = () =>
    run(async () => {
      const page = await list<RoomMessage>(`/v1/rooms/${room}/messages?limit=50&cursor=${encodeURIComponent(messages.meta.next_cursor!)}`);
      replace({ ...page, data: [...messages.data, ...page.data] });
    });
  const send = async () => {
    const body = text.trim();
    if (body && (await run(() => change("POST", `/v1/rooms/${room}/send`, { content: { msgtype: "swp.text", body } })))) setText("");
  };
  return (
    <>
      {messages.meta.next_cursor && <Button busy={busy} onClick={() => void older()}>{t.rooms.older}</Button>}
      {messages.data.length === 0 ? (
        <Empty icon="rooms" title={t.rooms.noMessages} />
      ) : (
        <ol class="messages">
          {[...messages.data].reverse().map((message) => (
            <li key={message.id} class={message.sender_id === session.value?.me.user_id ? "message own" : "message"}>
              <div class="message-head">
                <strong>{memberName(members, message.sender_id)}</strong>
                <span class="quiet">{moment(message.origin_ts)}</span>
              </div>
              <Body message={message} />
            </li>
          ))}
        </ol>
      )}
      {error && <Notice>{error}</Notice>}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <input aria-label={t.rooms.message} placeholder={t.rooms.message} value={text} maxLength={8000} onInput={(event) => setText(event.currentTarget.value)} />
        <Button kind="primary" type="submit" busy={busy}>{t.rooms.send}</Button>
      </form>
    </>
  );
}

/** A transcript that was posted to a room; whoever asked for it can read it beside its recording. */
export function TranscriptText({ message: { content, sender_id } }: { message: RoomMessage }) {
  const own = sender_id === session.value?.me.user_id && may("scaiecho:transcribe");
  return (
    <details class="message-transcript">
      <summary><Icon name="transcribe" /> {t.rooms.transcript}</summary>
      <p class="message-text">{content.text}</p>
      {own && content.job_id && <a href={href("transcribe", content.job_id)}>{t.calls.openTranscript}</a>}
    </details>
  );
}

function Body({ message }: { message: RoomMessage }) {
  const { content } = message;
  switch (content.msgtype) {
    case "swp.text":
      return <p class="message-text">{content.body}</p>;
    case "swp.media":
      return <p class="message-text attached"><Icon name="file" /> {content.body || t.rooms.sharedFile}</p>;
    case "swp.audio_transcript":
      return <TranscriptText message={message} />;
    default:
      return <Chip>{content.msgtype}</Chip>;
  }
}
