import type { ComponentChildren } from "preact";
import { useEffect, useImperativeHandle, useRef, useState } from "preact/hooks";
import type { Ref } from "preact";
import { clock, t } from "../i18n";
import { Button } from "../ui/parts";

export interface PlayerHandle {
  seek: (seconds: number) => void;
}

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const STEP_SECONDS = 5;

/** Plays a recording, and tells where it is, about sixty times a second while it plays. */
export function Player({
  handle,
  source,
  video,
  duration,
  renew,
  onTime,
  children,
}: {
  handle: Ref<PlayerHandle>;
  source: string;
  video: boolean;
  duration: number;
  /** Asks for another address, because the one that was given has expired. */
  renew: () => void;
  onTime: (seconds: number) => void;
  children?: ComponentChildren;
}) {
  const media = useRef<HTMLMediaElement>(null);
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const [speed, setSpeed] = useState(1);
  const renewed = useRef(0);

  const seek = (seconds: number) => {
    if (!media.current) return;
    media.current.currentTime = seconds;
    setTime(seconds);
    onTime(seconds);
  };
  useImperativeHandle(handle, () => ({ seek: (seconds) => { seek(seconds); void media.current?.play(); } }), []);

  // A new address continues where the old one ended.
  useEffect(() => {
    const element = media.current!;
    const at = time;
    if (at > 0) element.addEventListener("loadedmetadata", () => { element.currentTime = at; if (playing) void element.play(); }, { once: true });
  }, [source]);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const follow = () => {
      const now = media.current?.currentTime ?? 0;
      onTime(now);
      setTime(now);
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  const toggle = () => (media.current?.paused ? void media.current.play() : media.current?.pause());
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest("input, select, textarea, button, a, dialog, [role=tab]")) return;
      if (event.key === " ") toggle();
      else if (event.key === "ArrowLeft") seek(Math.max(0, media.current!.currentTime - STEP_SECONDS));
      else if (event.key === "ArrowRight") seek(media.current!.currentTime + STEP_SECONDS);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);

  const common = {
    src: source,
    preload: "metadata" as const,
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying(false),
    onError: () => {
      // Twice in a row without playing is no expired link but a file that cannot be played.
      if (renewed.current < 2) renew();
      renewed.current++;
    },
    onPlaying: () => (renewed.current = 0),
  };
  return (
    <div class={`player ${video ? "with-video" : ""}`}>
      {video ? <video {...common} ref={media as Ref<HTMLVideoElement>} playsInline /> : <audio {...common} ref={media as Ref<HTMLAudioElement>} />}
      <div class="player-bar">
        <Button kind="primary" icon={playing ? "pause" : "play"} label={playing ? t.player.pause : t.player.play} onClick={toggle} />
        <span class="time">{clock(time)}</span>
        <input
          type="range"
          min={0}
          max={duration}
          step={0.1}
          value={time}
          aria-label={t.player.position}
          aria-valuetext={t.player.at(clock(time), clock(duration))}
          onInput={(event) => seek(event.currentTarget.valueAsNumber)}
        />
        <span class="time quiet">{clock(duration)}</span>
        <select
          aria-label={t.player.speed}
          value={speed}
          onChange={(event) => {
            const chosen = Number(event.currentTarget.value);
            setSpeed(chosen);
            media.current!.playbackRate = chosen;
          }}
        >
          {SPEEDS.map((value) => (
            <option key={value} value={value}>{value}×</option>
          ))}
        </select>
        {children}
      </div>
    </div>
  );
}
