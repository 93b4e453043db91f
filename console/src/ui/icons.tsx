// Line icons on a grid of 24, drawn for this console.

const PATHS = {
  transcribe: "M4 6h16M4 11h10M4 16h13M4 21h7",
  live: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5 11a7 7 0 0 0 14 0M12 18v3",
  media: "M4 5h16v14H4zM4 15l4-4 5 5M13 14l2-2 5 5M15.5 9h.01",
  rooms: "M4 5h16v11H9l-5 4z",
  speakers: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20c0-3.5 2.7-5.5 6-5.5s6 2 6 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 15c2 .8 3 2.5 3 5",
  usage: "M4 20V10M10 20V4M16 20v-7M21 20H3",
  operator: "M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  download: "M12 4v12M7 11l5 5 5-5M4 20h16",
  close: "M6 6l12 12M18 6L6 18",
  retry: "M20 11a8 8 0 1 0-2.5 6M20 5v6h-6",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l4 4",
  play: "M8 5v14l11-7z",
  pause: "M8 5v14M16 5v14",
  back: "M15 5l-7 7 7 7",
  up: "M5 15l7-7 7 7",
  down: "M5 9l7 7 7-7",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12l5 5L19 7",
  alert: "M12 4l9 16H3zM12 10v4M12 17h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v6M12 7.5h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  sound: "M9 18V6l11-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M20 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0",
  plus: "M12 5v14M5 12h14",
  out: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 12h9M18 12v3M15 12v2",
  record: "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12",
  stop: "M7 7h10v10H7z",
  calls: "M5 4h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4a1 1 0 0 1-1 1A16 16 0 0 1 4 5a1 1 0 0 1 1-1",
  more: "M5 12h.01M12 12h.01M19 12h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" data-filled={name === "play" || name === "record" || name === "stop"}>
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M9 13v6M13 9v14M17 12v8M21 10v12M25 14v4" />
    </svg>
  );
}
