// The language of the page: what the browser prefers, unless somebody chose another.

import { signal } from "@preact/signals";
import { de } from "./messages/de";
import { en, type Messages } from "./messages/en";

export const LANGUAGES: Record<string, Messages> = { en, de };
const STORED = "parley.language";

export const language = signal(preferred());

/** The messages in the current language; the app renders anew when that changes. */
export let t: Messages = LANGUAGES[language.value]!;
document.documentElement.lang = language.value;

function preferred(): string {
  const wanted = [localStorage.getItem(STORED) ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => tag in LANGUAGES) ?? "en";
}

export function speak(tag: string): void {
  localStorage.setItem(STORED, tag);
  t = LANGUAGES[tag]!;
  document.documentElement.lang = tag;
  language.value = tag;
}

export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log10(count) / 3));
  return `${number(count / 1000 ** power, power > 0 && count / 1000 ** power < 10 ? 1 : 0)} ${units[power]}`;
}

export function number(value: number, digits = 0): string {
  return value.toLocaleString(language.value, { maximumFractionDigits: digits, minimumFractionDigits: 0 });
}

export function percent(share: number): string {
  return `${number(share * 100)} %`;
}

export function moment(time: string): string {
  return new Date(time).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "short" });
}

export function day(time: string): string {
  return new Date(time).toLocaleDateString(language.value, { dateStyle: "medium" });
}

/** 3725 as 1:02:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  return whole < 3600 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}`;
}

/** The name of a language by its code. */
export function languageName(code: string): string {
  try {
    const name = new Intl.DisplayNames([language.value], { type: "language" }).of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase(language.value) + name.slice(1);
  } catch {
    return code;
  }
}
