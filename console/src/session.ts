// Who is signed in. It is kept for this tab only, and goes when the tab is closed.

import { signal } from "@preact/signals";

export interface Me {
  tenant_id: string;
  tenant: string;
  user_id: string;
  user: string;
  permissions: string[];
  expires_at: string | null;
}

/** What an issuer gave beside an access token. */
export interface Issued {
  idToken: string;
  /** What the issuer calls the person. */
  name: string | undefined;
  refreshToken: string | undefined;
}

/** What requests are sent with: an API key, or an access token of an issuer. */
export interface Token {
  key: string;
  issued: Issued | undefined;
}

export interface Session extends Token {
  me: Me;
}

const STORED = "parley.session";

export const session = signal<Session | null>(null);

/** Why somebody was signed out, for the sign-in page. */
export const signedOutBecause = signal("");

export function stored(): Token | null {
  return JSON.parse(sessionStorage.getItem(STORED) ?? "null") as Token | null;
}

export function signIn({ key, issued }: Token, me: Me): void {
  sessionStorage.setItem(STORED, JSON.stringify({ key, issued }));
  signedOutBecause.value = "";
  session.value = { key, issued, me };
}

export function signOut(reason = ""): void {
  sessionStorage.removeItem(STORED);
  signedOutBecause.value = reason;
  session.value = null;
}

/**
 * Replaces the token of the session that has ended; false if that is not possible. Signing in provides it, since it
 * needs the API itself.
 */
export const renewal: { of: (ended: string) => Promise<boolean> } = { of: () => Promise.resolve(false) };

/** Whether somebody is permitted something. */
export function may(permission: string): boolean {
  return session.value?.me.permissions.includes(permission) ?? false;
}
