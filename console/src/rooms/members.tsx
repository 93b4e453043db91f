import { useState } from "preact/hooks";
import { all, change } from "../api";
import { t } from "../i18n";
import { may, session } from "../session";
import { ADMIN_POWER, type Key, type Member, type Room } from "../types";
import { useAction, useLoad } from "../ui/load";
import { Button, Chip, Notice, TextField, say } from "../ui/parts";

export function Members({ room, members, power, reload }: { room: Room; members: Member[]; power: number; reload: () => Promise<void> }) {
  const [invited, setInvited] = useState("");
  // Users are known to whoever may list their keys; others have to be told the id.
  const users = useLoad(async () => {
    const keys = may("admin") ? await all<Key>("/v1/admin/keys") : [];
    return [...new Map(keys.map(({ user, user_id }) => [user, user_id]))];
  });
  const { busy, error, run } = useAction();
  const path = `/v1/rooms/${room.id}`;
  const invite = () =>
    run(async () => {
      const named = users.data?.find(([user]) => user === invited.trim());
      await change("POST", `${path}/invite`, { participant_id: named?.[1] ?? invited.trim() });
      setInvited("");
      say(t.rooms.invited);
      await reload();
    });
  return (
    <>
      {(power >= ADMIN_POWER || room.room_type === "public") && (
        <form
          class="share"
          onSubmit={(event) => {
            event.preventDefault();
            void invite();
          }}
        >
          <TextField label={t.rooms.invite} hint={may("admin") ? undefined : t.rooms.inviteHint} value={invited} onValue={setInvited} required list="users" />
          <datalist id="users">
            {users.data?.filter(([, id]) => !members.some(({ participant_id }) => participant_id === id)).map(([user]) => <option key={user} value={user} />)}
          </datalist>
          <Button type="submit" busy={busy} disabled={!users.data}>{t.rooms.inviteAction}</Button>
        </form>
      )}
      {error && <Notice>{error}</Notice>}
      <ul class="rows">
        {members.map((member) => {
          const name = member.participant.display_name;
          const own = member.participant_id === session.value?.me.user_id;
          return (
            <li key={member.participant_id} class="row">
              <span class="avatar" aria-hidden="true">{name.slice(0, 1).toLocaleUpperCase()}</span>
              <div class="row-main">
                <span class="row-title">{name}{own && <span class="quiet"> {t.rooms.you}</span>}</span>
                <span class="quiet"><code>{member.participant_id}</code></span>
              </div>
              <div class="row-actions">
                {member.membership === "invite" && <Chip tone="warn">{t.rooms.isInvited}</Chip>}
                {member.power_level >= ADMIN_POWER && <Chip tone="accent">{t.rooms.admin}</Chip>}
                {!own && power >= ADMIN_POWER && power > member.power_level && (
                  <>
                    {member.membership === "join" && member.power_level < ADMIN_POWER && (
                      <Button onClick={() => void run(async () => { await change("PUT", `${path}/members/${member.participant_id}`, { power_level: ADMIN_POWER }); await reload(); })}>{t.rooms.makeAdmin}</Button>
                    )}
                    <Button kind="quiet" icon="close" label={t.rooms.kick(name)} onClick={() => void run(async () => { await change("POST", `${path}/kick`, { participant_id: member.participant_id }); await reload(); })} />
                  </>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </>
  );
}
