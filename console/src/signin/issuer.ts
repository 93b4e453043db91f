// Signing in at an OpenID Connect issuer: the authorization code flow with PKCE (RFC 7636), as RFC 9700 wants it
// of public clients.

import { get } from "../api";
import { t } from "../i18n";
import type { Token } from "../session";

/** This console as a client of an issuer. */
export interface Client {
  issuer: string;
  client_id: string;
  scope: string;
  resource: string | null;
}

/** What the issuer's discovery document says, as far as it is used. */
interface Metadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
  authorization_response_iss_parameter_supported?: boolean;
}

/** One sign-in that has begun: what only this page knows until the issuer has answered. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}

interface Claims {
  iss?: string;
  aud?: string | string[];
  nonce?: string;
  name?: string;
  preferred_username?: string;
  email?: string;
}

/** Null where people sign in with keys alone. */
export async function client(): Promise<Client | null> {
  return (await get<{ oidc: Client | null }>("/v1/sign-in")).oidc;
}

async function metadata({ issuer }: Client): Promise<Metadata> {
  // OpenID Connect Discovery 1.0, section 4: a slash at the end is not doubled, and the document names its issuer.
  const found = await answer<Metadata>(await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`));
  if (found.issuer !== issuer) throw new Error(t.signin.wrongAnswer);
  return found;
}

/** The address of the console, to which the issuer sends people back. */
const address = location.origin + location.pathname;

/** Begins a sign-in, which goes on at the address. */
export async function begin(at: Client): Promise<{ attempt: Attempt; url: string }> {
  const attempt = { state: random(), nonce: random(), verifier: random() };
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
  const url = new URL((await metadata(at)).authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: at.client_id,
    redirect_uri: address,
    scope: at.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: "S256",
    ...wanted(at),
  };
  Object.entries(parameters).forEach(([name, value]) => url.searchParams.set(name, value));
  return { attempt, url: url.href };
}

/** Exchanges what the issuer answered for a token; throws if it does not belong to the attempt. */
export async function finish(at: Client, { state, nonce, verifier }: Attempt, answered: URLSearchParams): Promise<Token> {
  const found = await metadata(at);
  const issuer = answered.get("iss") ?? (found.authorization_response_iss_parameter_supported ? "" : at.issuer);
  // RFC 9207: the answer of another issuer would be redeemed at this one.
  if (answered.get("state") !== state || issuer !== at.issuer) throw new Error(t.signin.wrongAnswer);
  const code = answered.get("code");
  if (!code) throw new Error(t.signin.notGiven(answered.get("error_description") ?? answered.get("error") ?? ""));
  return redeem(at, found, { grant_type: "authorization_code", code, redirect_uri: address, code_verifier: verifier }, nonce);
}

/** Another token for one that has ended. */
export async function refresh(at: Client, { issued }: Token): Promise<Token> {
  return redeem(at, await metadata(at), { grant_type: "refresh_token", refresh_token: issued!.refreshToken! }, undefined, issued);
}

async function redeem(at: Client, { token_endpoint }: Metadata, grant: Record<string, string>, nonce?: string, before?: Token["issued"]): Promise<Token> {
  const body = new URLSearchParams({ client_id: at.client_id, ...wanted(at), ...grant });
  const given = await answer<{ access_token: string; id_token?: string; refresh_token?: string }>(await ask(token_endpoint, { method: "POST", body }));
  // A refreshed token may come without a new ID token (OpenID Connect Core 1.0, section 12.2).
  const idToken = given.id_token ?? before?.idToken ?? "";
  const { iss, aud, nonce: told, name, preferred_username, email } = claims(idToken);
  // Section 3.1.3.7 of the same. Its signature need not be checked: it comes from the issuer itself, over TLS.
  if (iss !== at.issuer || ![aud].flat().includes(at.client_id) || (nonce && told !== nonce)) throw new Error(t.signin.wrongAnswer);
  return {
    key: given.access_token,
    issued: { idToken, name: name ?? preferred_username ?? email, refreshToken: given.refresh_token ?? before?.refreshToken },
  };
}

/** Where the issuer's own session ends; null if the issuer has no such page. */
export async function farewell(at: Client, { issued }: Token): Promise<string | null> {
  const { end_session_endpoint } = await metadata(at);
  if (!end_session_endpoint) return null;
  const url = new URL(end_session_endpoint);
  url.searchParams.set("client_id", at.client_id);
  url.searchParams.set("id_token_hint", issued!.idToken);
  url.searchParams.set("post_logout_redirect_uri", address);
  return url.href;
}

function wanted({ resource }: Client): Record<string, string> {
  return resource ? { resource } : {};
}

function claims(idToken: string): Claims {
  const payload = idToken.split(".")[1];
  if (!payload) return {};
  const letters = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)))) as Claims;
}

async function ask(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, credentials: "omit" });
  } catch {
    throw new Error(t.signin.issuerAway);
  }
}

async function answer<T>(response: Response): Promise<T> {
  const body = (await response.json().catch(() => ({}))) as T & { error?: string; error_description?: string };
  if (!response.ok) throw new Error(t.signin.notGiven(body.error_description ?? body.error ?? String(response.status)));
  return body;
}

/** 256 bits, as RFC 7636 recommends for a verifier. */
function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
