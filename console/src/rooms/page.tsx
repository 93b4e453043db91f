import { useState } from "preact/hooks";
import { change, list } from "../api";
import { day, t } from "../i18n";
import { go, href } from "../router";
import type { Room } from "../types";
import { FormDialog } from "../ui/dialogs";
import { Icon } from "../ui/icons";
import { useLoad } from "../ui/load";
import { Button, Chip, Empty, Field, Header, Show, TextField } from "../ui/parts";
import { RoomPage } from "./room";

export function RoomsPage({ argument }: { argument: string }) {
  return argument ? <RoomPage key={argument} id={argument} /> : <Overview />;
}

function Overview() {
  const rooms = useLoad(async () => {
    const [mine, open] = await Promise.all([list<Room>("/v1/rooms?limit=100"), list<Room>("/v1/directory/rooms?limit=100")]);
    const known = new Set(mine.data.map(({ id }) => id));
    return { mine: mine.data, open: open.data.filter(({ id }) => !known.has(id)) };
  });
  const [creating, setCreating] = useState(false);
  return (
    <>
      <Header title={t.pages.rooms} lead={t.rooms.lead}>
        <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{t.rooms.create}</Button>
      </Header>
      <Show of={rooms}>
        {({ mine, open }) => (
          <>
            {mine.length === 0 ? <Empty icon="rooms" title={t.rooms.none}>{t.rooms.noneHint}</Empty> : <RoomList rooms={mine} />}
            {open.length > 0 && (
              <section>
                <h2>{t.rooms.directory}</h2>
                <RoomList rooms={open} />
              </section>
            )}
          </>
        )}
      </Show>
      {creating && <Create onClose={() => setCreating(false)} />}
    </>
  );
}

function RoomList({ rooms }: { rooms: Room[] }) {
  return (
    <ul class="rows">
      {rooms.map((room) => (
        <li key={room.id} class="row">
          <Icon name="rooms" />
          <div class="row-main">
            <a class="row-title stretched" href={href("rooms", room.id)}>{room.name}</a>
            <span class="quiet">{room.topic || t.rooms.since(day(room.created_at))}</span>
          </div>
          <Chip>{t.rooms.types[room.room_type]}</Chip>
        </li>
      ))}
    </ul>
  );
}

function Create({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [type, setType] = useState<Room["room_type"]>("group");
  const create = async () => go("rooms", (await change<Room>("POST", "/v1/rooms", { name, topic: topic || null, room_type: type })).id);
  return (
    <FormDialog title={t.rooms.create} action={t.rooms.create} onSubmit={create} onClose={onClose}>
      <TextField label={t.rooms.name} value={name} onValue={setName} required maxLength={255} first />
      <TextField label={t.rooms.topic} value={topic} onValue={setTopic} maxLength={1000} />
      <Field label={t.rooms.type}>
        {(id) => (
          <select id={id} value={type} onChange={(event) => setType(event.currentTarget.value as Room["room_type"])}>
            <option value="group">{t.rooms.typeHints.group}</option>
            <option value="public">{t.rooms.typeHints.public}</option>
          </select>
        )}
      </Field>
    </FormDialog>
  );
}
