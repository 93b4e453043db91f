import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, all, change, ensureSignedIn, get, list, openSocket, type Page } from "../api";
import { t } from "../i18n";
import { go, href } from "../router";
import { may, session } from "../session";
import type { Member, Room, RoomMessage } from "../types";
import { Icon } from "../ui/icons";
import { useAction, useLoad } from "../ui/load";
import { Button, Empty, Header, Notice, Panel, Show, Tabs, say } from "../ui/parts";
import { Calls } from "./calls";
import { Files } from "./files";
import { Members } from "./members";
import { Messages } from "./messages";

const RECONNECT_MILLIS = 3000;

export interface RoomState {
  room: Room;
  /** Null for somebody who is not a member, or not yet. */
  members: Member[] | null;
  messages: Page<RoomMessage>;
}

export function RoomPage({ id }: { id: string }) {
  const [tab, setTab] = useState<"messages" | "files" | "calls" | "members">("messages");
  const [files, setFiles] = useState(0);
  const action = useAction();
  const path = `/v1/rooms/${id}`;
  const state = useLoad<RoomState>(async () => {
    const room = await get<Room>(path);
    try {
      const [members, messages] = await Promise.all([all<Member>(`${path}/members`), list<RoomMessage>(`${path}/messages?limit=50`)]);
      return { room, members: members.filter(({ membership }) => membership !== "leave"), messages };
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 403) return { room, members: null, messages: { data: [], meta: { total: 0, next_cursor: null } } };
      throw failure;
    }
  }, [id]);
  const joined = state.data?.members != null;
  useEvents(joined, id, (event) => {
    if (event.type === "swp.room.message") {
      const message = event as unknown as RoomMessage;
      if (message.content.media_id) setFiles((count) => count + 1);
      state.replace((before) =>
        before.messages.data.some((known) => known.id === message.id) ? before : { ...before, messages: { ...before.messages, data: [message, ...before.messages.data] } },
      );
    } else {
      void state.reload();
    }
  });
  const me = state.data?.members?.find(({ participant_id }) => participant_id === session.value?.me.user_id);
  const tabs = { messages: t.rooms.messages, files: t.rooms.files, ...(may("calls") ? { calls: t.pages.calls } : {}), members: t.rooms.members } as Record<typeof tab, string>;
  return (
    <>
      <a class="back" href={href("rooms")}>
        <Icon name="back" /> {t.rooms.all}
      </a>
      <Show of={state}>
        {({ room, members, messages }) => (
          <>
            <Header title={room.name} lead={room.topic ?? t.rooms.typeHints[room.room_type]}>
              {me && (
                <Button
                  icon="out"
                  busy={action.busy}
                  onClick={() =>
                    void action.run(async () => {
                      await change("POST", `${path}/leave`);
                      say(t.rooms.left);
                      go("rooms");
                    })
                  }
                >
                  {t.rooms.leave}
                </Button>
              )}
            </Header>
            {action.error && <Notice>{action.error}</Notice>}
            {members === null ? (
              <Empty icon="rooms" title={t.rooms.notMember}>
                <Button
                  kind="primary"
                  busy={action.busy}
                  onClick={() =>
                    void action.run(async () => {
                      await change("POST", `${path}/join`);
                      await state.reload();
                    })
                  }
                >
                  {t.rooms.join}
                </Button>
              </Empty>
            ) : (
              <>
                <Tabs label={room.name} tabs={tabs} chosen={tab} onChoose={setTab} />
                <Panel name={tab}>
                  {tab === "messages" && <Messages room={id} members={members} messages={messages} replace={(page) => state.replace((before) => ({ ...before, messages: page }))} />}
                  {tab === "files" && <Files key={files} room={id} members={members} power={me?.power_level ?? 0} />}
                  {tab === "calls" && <Calls room={id} members={members} messages={messages.data} />}
                  {tab === "members" && <Members room={room} members={members} power={me?.power_level ?? 0} reload={state.reload} />}
                </Panel>
              </>
            )}
          </>
        )}
      </Show>
    </>
  );
}

interface StreamEvent {
  type: string;
  room_id: string | null;
}

/** Listens to what happens in a room for as long as the page is shown. */
function useEvents(active: boolean, room: string, happened: (event: StreamEvent) => void): void {
  const latest = useRef(happened);
  latest.current = happened;
  useEffect(() => {
    if (!active) return;
    let socket: WebSocket | undefined;
    let timer = 0;
    let over = false;
    const connect = async () => {
      try {
        await ensureSignedIn();
      } catch {
        timer = window.setTimeout(connect, RECONNECT_MILLIS);
        return;
      }
      if (over) return;
      socket = openSocket("/v1/stream");
      // What happened before it was open was not told.
      socket.onopen = () => latest.current({ type: "opened", room_id: room });
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const event = JSON.parse(data) as StreamEvent;
        if (event.room_id === room) latest.current(event);
      };
      socket.onclose = () => {
        if (!over) timer = window.setTimeout(connect, RECONNECT_MILLIS);
      };
    };
    void connect();
    return () => {
      over = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [active, room]);
}
