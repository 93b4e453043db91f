import { list } from "../api";
import { CallCard } from "../calls/cards";
import { t } from "../i18n";
import type { Call, Member, RoomMessage } from "../types";
import { useLoad } from "../ui/load";
import { Empty, Show } from "../ui/parts";
import { TranscriptText } from "./messages";

/** The latest calls of a room, with the transcripts among its messages. */
export function Calls({ room, members, messages }: { room: string; members: Member[]; messages: RoomMessage[] }) {
  const calls = useLoad(() => list<Call>(`/v1/rooms/${room}/calls?limit=50`), [room]);
  return (
    <Show of={calls}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty icon="calls" title={t.calls.none}>{t.calls.noneHint}</Empty>
        ) : (
          <ul class="stack">
            {data.map((call) => (
              <CallCard key={call.id} call={call} members={members}>
                {messages.filter(({ content }) => content.call_id === call.id && content.text).map((message) => <TranscriptText key={message.id} message={message} />)}
              </CallCard>
            ))}
          </ul>
        )
      }
    </Show>
  );
}
