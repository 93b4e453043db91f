import { all, get, list, type Page } from "../api";
import { t } from "../i18n";
import type { Call, Member, Room } from "../types";
import { useAction, useLoad } from "../ui/load";
import { Button, Empty, Header, Notice, Show } from "../ui/parts";
import { CallCard } from "./cards";

const PAGE = 20;

interface Place {
  name: string;
  members: Member[];
}

interface Found {
  page: Page<Call>;
  /** The rooms of the calls, by id. */
  places: Map<string, Place>;
}

/** The calls of all rooms of whoever is signed in. */
export function CallsPage() {
  const found = useLoad(() => load("", new Map()));
  const { busy, error, run } = useAction();
  const more = ({ page, places }: Found) =>
    run(async () => {
      const next = await load(`&cursor=${encodeURIComponent(page.meta.next_cursor!)}`, places);
      found.replace(() => ({ ...next, page: { ...next.page, data: [...page.data, ...next.page.data] } }));
    });
  return (
    <>
      <Header title={t.pages.calls} lead={t.calls.lead} />
      <Show of={found}>
        {(all) =>
          all.page.data.length === 0 ? (
            <Empty icon="calls" title={t.calls.none}>{t.calls.noneHint}</Empty>
          ) : (
            <>
              <ul class="stack">
                {all.page.data.map((call) => (
                  <CallCard key={call.id} call={call} room={all.places.get(call.room_id)!.name} members={all.places.get(call.room_id)!.members} />
                ))}
              </ul>
              {error && <Notice>{error}</Notice>}
              {all.page.meta.next_cursor && <Button busy={busy} onClick={() => void more(all)}>{t.more}</Button>}
            </>
          )
        }
      </Show>
    </>
  );
}

/** Loads a page of calls, and the rooms that are not known yet. */
async function load(cursor: string, known: Map<string, Place>): Promise<Found> {
  const page = await list<Call>(`/v1/calls?limit=${PAGE}${cursor}`);
  const places = new Map(known);
  const unknown = [...new Set(page.data.map(({ room_id }) => room_id))].filter((id) => !known.has(id));
  await Promise.all(unknown.map(async (id) => void places.set(id, await placeOf(id))));
  return { page, places };
}

async function placeOf(id: string): Promise<Place> {
  const [{ name }, members] = await Promise.all([get<Room>(`/v1/rooms/${id}`), all<Member>(`/v1/rooms/${id}/members`)]);
  return { name, members };
}
