import { useEffect, useRef, useState } from "preact/hooks";
import { told } from "../api";
import { clock, t } from "../i18n";
import { Level } from "../ui/level";
import { Button, Notice } from "../ui/parts";
import { listen, wav, type Sound } from "../ui/recorder";

/** While somebody speaks, what has been recorded so far is measured again after this many more seconds. */
const MEASURE_SECONDS = 3;

/** Records a voice, or takes a file, and has it measured while it grows. */
export function VoiceRecorder({
  name,
  goal,
  disabled,
  measure,
  done,
}: {
  name: string;
  /** Seconds worth recording; 0 for no particular number. */
  goal: number;
  disabled?: boolean;
  measure: (recording: Blob) => Promise<void>;
  done: (recording: Blob | null) => void;
}) {
  const [recording, setRecording] = useState(false);
  const [seconds, setSeconds] = useState(0);
  const [peak, setPeak] = useState(0);
  const [error, setError] = useState("");
  const [heard, setHeard] = useState("");
  const sound = useRef<Sound | null>(null);
  const parts = useRef<ArrayBuffer[]>([]);
  const measured = useRef({ busy: false, seconds: 0 });
  const file = useRef<HTMLInputElement>(null);

  useEffect(() => () => sound.current?.stop(), []);
  useEffect(() => () => URL.revokeObjectURL(heard), [heard]);

  const check = async (content: Blob) => {
    measured.current.busy = true;
    try {
      await measure(content);
      setError("");
    } catch (failure) {
      setError(told(failure));
    }
    measured.current.busy = false;
  };
  const start = async () => {
    parts.current = [];
    measured.current = { busy: false, seconds: 0 };
    setError("");
    setHeard("");
    done(null);
    try {
      const opened = await listen((samples, level) => {
        const rate = sound.current?.sampleRate;
        if (!rate) return;
        parts.current.push(samples);
        const length = (parts.current.length * samples.byteLength) / 2 / rate;
        setPeak(level);
        setSeconds(length);
        if (!measured.current.busy && length - measured.current.seconds >= MEASURE_SECONDS) {
          measured.current.seconds = length;
          void check(wav(parts.current, rate));
        }
      });
      sound.current = opened;
      setRecording(true);
    } catch (failure) {
      setError(told(failure));
    }
  };
  const take = (content: Blob) => {
    setHeard(URL.createObjectURL(content));
    done(content);
    void check(content);
  };
  const stop = () => {
    const rate = sound.current!.sampleRate;
    sound.current!.stop();
    sound.current = null;
    setRecording(false);
    setPeak(0);
    take(wav(parts.current, rate));
  };
  return (
    <div class="stack">
      <div class="live-controls">
        {recording ? (
          <Button kind="primary" icon="stop" onClick={stop}>{t.speakers.stop}</Button>
        ) : (
          <Button kind={heard ? "plain" : "primary"} icon="record" disabled={disabled} onClick={() => void start()}>{heard ? t.speakers.recordAgain : t.speakers.record}</Button>
        )}
        <Button icon="file" disabled={disabled || recording} onClick={() => file.current?.click()}>{t.speakers.fromFile}</Button>
        <input
          ref={file}
          type="file"
          accept="audio/*"
          hidden
          aria-label={name}
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (chosen) take(chosen);
          }}
        />
        <Level peak={peak} />
        {recording && <span class="time quiet" role="timer">{clock(seconds)}{goal > 0 && ` / ${clock(goal)}`}</span>}
      </div>
      {heard && <audio class="recording" src={heard} controls preload="metadata" aria-label={name} />}
      {error && <Notice>{error}</Notice>}
    </div>
  );
}
