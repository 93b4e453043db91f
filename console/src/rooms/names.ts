import { t } from "../i18n";
import type { Member } from "../types";

/** What a member is called. */
export function memberName(members: Member[], id: string | null): string {
  if (id === null) return "Parley";
  return members.find(({ participant_id }) => participant_id === id)?.participant.display_name ?? t.rooms.formerMember;
}
