import { useRef } from "preact/hooks";
import { change, download, list, upload } from "../api";
import { bytes, moment, t } from "../i18n";
import { may, session } from "../session";
import type { Media, Member } from "../types";
import { Thumbnail } from "../media/page";
import { useAction, useLoad } from "../ui/load";
import { Button, Empty, Notice, Show, say } from "../ui/parts";
import { ADMIN_POWER, memberName } from "./room";

type RoomFile = Media & { attached_at: string; attached_by: string };

export function Files({ room, members, power }: { room: string; members: Member[]; power: number }) {
  const files = useLoad(() => list<RoomFile>(`/v1/rooms/${room}/files?limit=100`), [room]);
  const input = useRef<HTMLInputElement>(null);
  const { busy, error, run } = useAction();
  const add = (chosen: File[]) =>
    run(async () => {
      for (const file of chosen) {
        const form = new FormData();
        form.append("room_id", room);
        form.append("file", file);
        await upload("/v1/media/upload", form, () => {}, new AbortController().signal);
      }
      await files.reload();
    });
  return (
    <>
      {may("media:write") && (
        <div class="actions">
          <Button icon="upload" busy={busy} onClick={() => input.current?.click()}>{t.rooms.addFile}</Button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              const chosen = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = "";
              void add(chosen);
            }}
          />
        </div>
      )}
      {error && <Notice>{error}</Notice>}
      <Show of={files}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty icon="file" title={t.rooms.noFiles} />
          ) : (
            <ul class="rows">
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
