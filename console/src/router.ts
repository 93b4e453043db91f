// Pages are addressed by the fragment: #/transcribe/job-… is the page "transcribe" with one argument.

import { signal } from "@preact/signals";

export interface Place {
  page: string;
  argument: string;
}

export const place = signal<Place>(here());

window.addEventListener("hashchange", () => {
  place.value = here();
});

function here(): Place {
  const [page = "", argument = ""] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { page, argument };
}

export function href(page: string, argument = ""): string {
  return `#/${page}${argument ? `/${encodeURIComponent(argument)}` : ""}`;
}

export function go(page: string, argument = ""): void {
  location.hash = href(page, argument);
}

/** Shows a place as if the page had been opened there. */
export function openAt(hash: string): void {
  history.replaceState(null, "", location.pathname + hash);
  place.value = here();
}
