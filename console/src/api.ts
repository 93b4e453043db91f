// Calls Parley's API with the key or token of the session.

import { t } from "./i18n";
import { renewal, session, signOut, type Me } from "./session";
import type { Preflight } from "./types";

/** What the server refused, or could not do. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly preflight?: Preflight,
  ) {
    super(message);
  }
}

export interface Page<T> {
  data: T[];
  meta: { total: number | null; next_cursor: string | null };
}

interface ErrorBody {
  error?: { code?: string; message?: string; preflight?: Preflight };
}

export const ECHO = "/v1/modules/scaiecho";

/** Sends a request, once more if its token had ended and was renewed; throws an ApiError unless it succeeds. */
export async function send(method: string, path: string, init: RequestInit = {}, key = session.value?.key): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key) headers.set("Authorization", `Bearer ${key}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, method, headers, cache: method === "GET" ? "no-cache" : "default" });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new ApiError(0, "OFFLINE", t.errors.offline);
  }
  if (response.status === 401 && (await isRenewed(key))) return send(method, path, init);
  if (!response.ok) throw refusal(response.status, await response.text(), key);
  return response;
}

/** Whether the session has another token by now than the one that was refused. */
async function isRenewed(key: string | undefined): Promise<boolean> {
  return key !== undefined && session.value?.issued !== undefined && (await renewal.of(key));
}

/** The error of an answer. A key that has ended leads back to the sign-in page. */
function refusal(status: number, text: string, key = session.value?.key): ApiError {
  let body: ErrorBody = {};
  try {
    body = JSON.parse(text) as ErrorBody;
  } catch {
    // A proxy's own error page.
  }
  if (status === 401 && key && key === session.value?.key) signOut(t.errors.keyEnded);
  const code = body.error?.code ?? String(status);
  return new ApiError(status, code, t.codes[code] ?? body.error?.message ?? t.errors.status(status), body.error?.preflight);
}

/** Who a key is. */
export async function identify(key: string): Promise<Me> {
  const response = await send("GET", "/v1/me", {}, key);
  return ((await response.json()) as { data: Me }).data;
}

/** The `data` of a JSON answer. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send("GET", path, signal ? { signal } : {});
  return ((await response.json()) as { data: T }).data;
}

/** A page of a list. */
export async function list<T>(path: string): Promise<Page<T>> {
  return (await (await send("GET", path)).json()) as Page<T>;
}

/** All entries of a list, read page by page. */
export async function all<T>(path: string): Promise<T[]> {
  const entries: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page<T> = await list<T>(`${path}${path.includes("?") ? "&" : "?"}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    entries.push(...page.data);
    cursor = page.meta.next_cursor;
  }
  return entries;
}

/** Sends JSON and returns the `data` of the answer, if it has any. */
export async function change<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const response = await send(method, path, init);
  return (response.status === 204 ? undefined : ((await response.json()) as { data: T }).data) as T;
}

/** Sends a form and returns the `data` of the answer. */
export async function submit<T>(path: string, form: FormData): Promise<T> {
  const response = await send("POST", path, { body: form });
  return ((await response.json()) as { data: T }).data;
}

/**
 * More than what may be on its way unseen: Linux gives a connection buffers of up to 4 MB at one end and 6 MB at the
 * other (tcp_wmem, tcp_rmem), and browsers report what they have sent with a delay.
 */
const IN_FLIGHT_BYTES = 16_000_000;

/**
 * Sends a form like submit, and reports how much of it has been sent, from 0 to 1. It can be stopped until the server
 * might have all of it; after that, only the answer tells what to take back.
 */
export function upload<T>(path: string, form: FormData, progress: (share: number) => void, signal: AbortSignal): Promise<T> {
  const key = session.value?.key ?? "";
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let left = Infinity;
    const stop = () => left > IN_FLIGHT_BYTES && request.abort();
    request.open("POST", path);
    request.setRequestHeader("Authorization", `Bearer ${key}`);
    request.upload.onloadstart = request.upload.onprogress = ({ loaded, total }) => {
      left = total - loaded;
      progress(total ? loaded / total : 0);
    };
    request.upload.onload = () => progress(1);
    request.onload = async () => {
      if (request.status < 300) resolve((JSON.parse(request.responseText) as { data: T }).data);
      else if (request.status === 401 && (await isRenewed(key))) resolve(upload(path, form, progress, signal));
      else reject(refusal(request.status, request.responseText, key));
    };
    request.onerror = () => reject(new ApiError(0, "OFFLINE", t.errors.cut));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", stop);
    signal.addEventListener("abort", stop);
    request.send(form);
  });
}

/** Has a token that has ended renewed; what follows may be a WebSocket, which could not tell why it is refused. */
export async function ensureSignedIn(): Promise<void> {
  await get("/v1/me");
}

export function openSocket(path: string): WebSocket {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(`${scheme}//${location.host}${path}?token=${encodeURIComponent(session.value?.key ?? "")}`);
}

/** What a person is told of a failure. */
export function told(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** Saves a file from the server on this computer. */
export async function download(path: string, name: string, accept?: string): Promise<void> {
  const response = await send("GET", path, accept ? { headers: { Accept: accept } } : {});
  save(await response.blob(), name);
}

/** Saves a file on this computer. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
