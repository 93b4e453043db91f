import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { change, download, list } from "../api";
import { bytes, moment, t } from "../i18n";
import { may, session } from "../session";
import { ADMIN_POWER, type Media, type Member } from "../types";
import { Thumbnail } from "../media/page";
import { useAction, useLoad } from "../ui/load";
import { Button, Empty, Notice, Show, say } from "../ui/parts";
import { discard, store, Uploads, UploadRows } from "../ui/uploads";
import { memberName } from "./names";

type RoomFile = Media & { attached_at: string; attached_by: string };

/** Counts up whenever a file has come into a room. */
const attached = signal(0);

const uploads = new Uploads<string>(async (file, room, progress, stop) => {
  const media = await store(file, room, progress, stop);
  attached.value++;
  return () => discard(media);
});

export function Files({ room, members, power }: { room: string; members: Member[]; power: number }) {
  const files = useLoad(() => list<RoomFile>(`/v1/rooms/${room}/files?limit=100`), [room]);
  const input = useRef<HTMLInputElement>(null);
  const { error, run } = useAction();
  useEffect(() => {
    if (attached.value > 0) void files.reload();
  }, [attached.value]);
  return (
    <>
      {may("media:write") && (
        <div class="actions">
          <Button icon="upload" onClick={() => input.current?.click()}>{t.rooms.addFile}</Button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              const chosen = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = "";
              uploads.add(chosen, room);
            }}
          />
        </div>
      )}
      {error && <Notice>{error}</Notice>}
      <Show of={files}>
        {({ data }) =>
          data.length + uploads.all.value.length === 0 ? (
            <Empty icon="file" title={t.rooms.noFiles} />
          ) : (
            <ul class="rows">
              <UploadRows of={uploads} only={room} />
              {data.map((file) => (
                <li key={file.media_id} class="row">
                  <span class="row-picture">{may("media:read") && <Thumbnail media={file} />}</span>
                  <div class="row-main">
                    <span class="row-title">{file.filename}</span>
                    <span class="quiet">{bytes(file.size)} · {memberName(members, file.attached_by)} · {moment(file.attached_at)}</span>
                  </div>
                  <div class="row-actions">
                    {may("media:read") && (
                      <Button kind="quiet" icon="download" label={t.rooms.downloadFile(file.filename)} onClick={() => void run(() => download(`/v1/media/download/${file.media_id}`, file.filename))} />
                    )}
                    {(file.attached_by === session.value?.me.user_id || power >= ADMIN_POWER) && (
                      <Button
                        kind="quiet"
                        icon="close"
                        label={t.rooms.removeFile(file.filename)}
                        onClick={() =>
                          void run(async () => {
                            await change("DELETE", `/v1/rooms/${room}/files/${file.media_id}`);
                            say(t.rooms.fileRemoved);
                            await files.reload();
                          })
                        }
                      />
                    )}
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </>
  );
}
