// One live stream: sound goes out over a WebSocket as it is recorded, captions come back.

import { ECHO, ensureSignedIn, openSocket, told } from "../api";
import { t } from "../i18n";
import type { SpeakerTag } from "../types";
import { listen, play, type Sound } from "../ui/recorder";

export interface Caption {
  text: string;
  start: number;
  end: number;
  speaker: SpeakerTag | undefined;
}

export interface LiveState {
  phase: "starting" | "listening" | "finishing" | "ended";
  captions: Caption[];
  partial: string;
  lag: number;
  peak: number;
  error: string;
}

interface Message {
  type: string;
  text: string;
  is_final: boolean;
  start: number;
  end: number;
  lag_ms: number;
  message: string;
  label?: string;
  speaker?: SpeakerTag;
}

export interface Options {
  language: string;
  diarize: boolean;
  /** What is captioned in place of the microphone. */
  file: File | null;
}

export class LiveCaptions {
  private state: LiveState = { phase: "starting", captions: [], partial: "", lag: 0, peak: 0, error: "" };
  private sound: Sound | undefined;
  private socket: WebSocket | undefined;
  private ready = false;
  private early: ArrayBuffer[] = [];

  constructor(
    private readonly options: Options,
    private readonly changed: (state: LiveState) => void,
  ) {}

  async start(): Promise<void> {
    this.update({});
    try {
      const take = (samples: ArrayBuffer, peak: number) => this.take(samples, peak);
      const { file } = this.options;
      await ensureSignedIn();
      this.sound = file ? await play(file, take, () => this.stop()) : await listen(take);
    } catch (failure) {
      this.end(told(failure));
      return;
    }
    // Stopped while the browser asked for the microphone.
    if (this.state.phase === "ended") this.sound.stop();
    else this.connect(this.sound.sampleRate);
  }

  private connect(sampleRate: number): void {
    this.socket = openSocket(`${ECHO}/stream/transcribe`);
    this.socket.onopen = () => {
      const { language, diarize } = this.options;
      this.socket!.send(JSON.stringify({ type: "open", media_type: "audio/l16", sample_rate: sampleRate, language_hint: language || undefined, diarize: diarize || undefined }));
    };
    this.socket.onmessage = ({ data }: MessageEvent<string>) => this.hear(JSON.parse(data) as Message);
    this.socket.onclose = ({ code }) => this.end(code === 1012 ? t.live.restarted : t.live.broken);
  }

  private hear(message: Message): void {
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.early.splice(0).forEach((samples) => this.socket!.send(samples));
        this.update({ phase: this.state.phase === "starting" ? "listening" : this.state.phase });
        if (this.state.phase === "finishing") this.close();
        break;
      case "delta":
        if (message.is_final) {
          const { text, start, end, speaker } = message;
          this.update({ captions: [...this.state.captions, { text, start, end, speaker }], partial: "" });
        } else {
          this.update({ partial: message.text, lag: message.lag_ms / 1000 });
        }
        break;
      case "speaker":
        // A voice turns out to be somebody's who is known: earlier captions are theirs as well.
        this.update({ captions: this.state.captions.map((one) => (one.speaker?.label === message.label ? { ...one, speaker: { ...message.speaker, label: message.label } } : one)) });
        break;
      case "closed":
        this.end("");
        break;
      case "error":
        this.end(message.message);
        break;
    }
  }

  private take(samples: ArrayBuffer, peak: number): void {
    if (this.state.phase !== "starting" && this.state.phase !== "listening") return;
    if (this.ready) this.socket!.send(samples);
    else this.early.push(samples);
    this.update({ peak });
  }

  /** Ends the recording; what has been said until then still gets its captions. */
  stop(): void {
    this.sound?.stop();
    if (this.socket && this.state.phase !== "ended") {
      this.update({ phase: "finishing", peak: 0 });
      if (this.ready) this.close();
    } else {
      this.end("");
    }
  }

  private close(): void {
    this.socket!.send(JSON.stringify({ type: "close" }));
  }

  private end(error: string): void {
    if (this.state.phase === "ended") return;
    this.sound?.stop();
    if (this.socket) {
      this.socket.onclose = null;
      this.socket.close();
    }
    this.update({ phase: "ended", peak: 0, partial: "", error });
  }

  private update(changes: Partial<LiveState>): void {
    this.state = { ...this.state, ...changes };
    this.changed(this.state);
  }
}
