// Who is signed in. The key is kept for this tab only, and goes when it is closed.

import { signal } from "@preact/signals";

export interface Me {
  tenant_id: string;
  tenant: string;
  user_id: string;
  user: string;
  permissions: string[];
  expires_at: string | null;
}

export interface Session {
  key: string;
  me: Me;
}

const STORED = "parley.key";

export const session = signal<Session | null>(null);

/** Why somebody was signed out, for the sign-in page. */
export const signedOutBecause = signal("");

export function storedKey(): string | null {
  return sessionStorage.getItem(STORED);
}

export function signIn(key: string, me: Me): void {
  sessionStorage.setItem(STORED, key);
  signedOutBecause.value = "";
  session.value = { key, me };
}

export function signOut(reason = ""): void {
  sessionStorage.removeItem(STORED);
  signedOutBecause.value = reason;
  session.value = null;
}

/** Whether the key has a permission. */
export function may(permission: string): boolean {
  return session.value?.me.permissions.includes(permission) ?? false;
}
