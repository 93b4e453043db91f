// The ways to and from an issuer: in this page, or beside it in a window, so that what the page shows is not lost.

import { signal } from "@preact/signals";
import { ApiError, identify } from "../api";
import { t } from "../i18n";
import { openAt } from "../router";
import { renewal, session, signIn, signOut, stored, type Session, type Token } from "../session";
import { begin, client, farewell, finish, refresh, type Attempt } from "./issuer";

const BEGUN = "parley.attempt";
const windows = new BroadcastChannel("parley.sign-in");

/** Leaves for the issuer, who sends people back to what they wanted to see. */
export async function leave(): Promise<void> {
  const { attempt, url } = await begin((await client())!);
  sessionStorage.setItem(BEGUN, JSON.stringify({ ...attempt, place: location.hash }));
  location.assign(url);
}

/** Whether this page was opened by an issuer who answers. */
export function isAnswered(): boolean {
  const answered = new URLSearchParams(location.search);
  return answered.has("state") && (answered.has("code") || answered.has("error"));
}

/** Takes the answer with which the issuer opened this page. */
export async function arrive(): Promise<void> {
  const answered = new URLSearchParams(location.search);
  const begun = JSON.parse(sessionStorage.getItem(BEGUN) ?? "null") as (Attempt & { place: string }) | null;
  sessionStorage.removeItem(BEGUN);
  openAt(begun?.place ?? "");
  if (!begun) {
    // Another page opened this window, waits for the answer, and can tell whether it is the one.
    windows.postMessage(answered.toString());
    window.close();
    throw new Error(t.signin.notBegun);
  }
  await accept(await finish((await client())!, begun, answered));
}

/** Continues the session that this tab had before it was loaded again. */
export async function restore(): Promise<void> {
  const token = stored();
  if (!token) return;
  try {
    signIn(token, await identify(token.key));
  } catch (failure) {
    if (!isRefused(failure)) throw failure;
    if (!(await isRefreshed(token))) signOut(t.errors.keyEnded);
  }
}

async function accept(token: Token): Promise<void> {
  try {
    signIn(token, await identify(token.key));
  } catch (failure) {
    throw isRefused(failure) ? new Error(t.signin.unknown(failure.message)) : failure;
  }
}

function isRefused(failure: unknown): failure is ApiError {
  return failure instanceof ApiError && failure.status === 401;
}

/** Whether the issuer gave another token without asking the person. */
async function isRefreshed(token: Token): Promise<boolean> {
  if (!token.issued?.refreshToken) return false;
  try {
    await accept(await refresh((await client())!, token));
    return true;
  } catch {
    // That token has ended, too, or the issuer cannot be asked.
    return false;
  }
}

/** Set while the page waits for somebody whose token has ended to sign in again, or not. */
export const asking = signal<((signedIn: boolean) => void) | null>(null);

let running: Promise<boolean> | undefined;

// With the help of the person, if necessary.
renewal.of = (ended) => {
  const before = session.value;
  if (!before?.issued) return Promise.resolve(false);
  if (before.key !== ended) return Promise.resolve(true);
  running ??= renew(before).finally(() => {
    running = undefined;
    asking.value = null;
  });
  return running;
};

async function renew(before: Session): Promise<boolean> {
  if (await isRefreshed(before)) return true;
  return new Promise((resolve) => {
    asking.value = resolve;
  });
}

/** Signs in again in a window beside the page. */
export async function signInBeside(failed: (failure: unknown) => void): Promise<void> {
  // At once, since browsers open windows only when somebody presses a button.
  const beside = window.open("", "parley-sign-in", "popup,width=520,height=720");
  if (!beside) throw new Error(t.signin.noWindow);
  const at = (await client())!;
  const { attempt, url } = await begin(at);
  windows.onmessage = async ({ data }: MessageEvent<string>) => {
    const answered = new URLSearchParams(data);
    // Not the answer to this attempt, but perhaps to one of another tab.
    if (answered.get("state") !== attempt.state) return;
    windows.onmessage = null;
    const before = session.value!;
    try {
      await accept(await finish(at, attempt, answered));
      // What the page shows belongs to whom it was shown to.
      if (session.value!.me.user_id !== before.me.user_id) location.reload();
      else asking.value?.(true);
    } catch (failure) {
      failed(failure);
    }
  };
  beside.location.replace(url);
}

/** Forgets who is signed in, at the issuer as well. */
export async function leaveForGood(): Promise<void> {
  const token = session.value;
  asking.value?.(false);
  signOut();
  location.hash = "";
  if (!token?.issued) return;
  const url = await farewell((await client())!, token).catch(() => null);
  if (url) location.assign(url);
}
