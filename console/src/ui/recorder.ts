// Sound from a microphone or a file as 16-bit samples.

import { t } from "../i18n";

const RATE = 16_000;

export interface Sound {
  sampleRate: number;
  stop: () => void;
}

/** A tenth of a second of samples, and their highest level, from 0 to 1. */
export type Take = (samples: ArrayBuffer, peak: number) => void;

/** Listens to the microphone until it is stopped. */
export async function listen(take: Take): Promise<Sound> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  } catch (failure) {
    throw new Error(failure instanceof DOMException && failure.name === "NotAllowedError" ? t.sound.notAllowed : t.sound.noMicrophone);
  }
  const { context, node } = await recorder(take, (audio) => audio.createMediaStreamSource(stream));
  return {
    sampleRate: context.sampleRate,
    stop: () => {
      node.disconnect();
      stream.getTracks().forEach((track) => track.stop());
      close(context);
    },
  };
}

/** Plays a file, and takes what is heard. */
export async function play(file: File, take: Take, ended: () => void): Promise<Sound> {
  const content = await file.arrayBuffer();
  let source: AudioBufferSourceNode | undefined;
  const { context } = await recorder(take, async (audio) => {
    source = audio.createBufferSource();
    try {
      source.buffer = await audio.decodeAudioData(content);
    } catch {
      throw new Error(t.sound.unreadable);
    }
    source.connect(audio.destination);
    source.onended = ended;
    return source;
  });
  await context.resume();
  source!.start();
  return {
    sampleRate: context.sampleRate,
    stop: () => {
      source!.onended = null;
      source!.disconnect();
      close(context);
    },
  };
}

async function recorder(take: Take, connect: (context: AudioContext) => AudioNode | Promise<AudioNode>): Promise<{ context: AudioContext; node: AudioNode }> {
  let context = new AudioContext({ sampleRate: RATE });
  let node: AudioNode;
  try {
    node = await connect(context);
  } catch (failure) {
    close(context);
    if (!(failure instanceof DOMException)) throw failure;
    // A browser that cannot record at our rate records at its own.
    context = new AudioContext();
    node = await connect(context);
  }
  await context.audioWorklet.addModule(RECORDER_MODULE);
  const worklet = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  worklet.port.onmessage = ({ data }: MessageEvent<{ samples: ArrayBuffer; peak: number }>) => take(data.samples, data.peak);
  node.connect(worklet);
  return { context, node };
}

/** Closes a context that may be closed already. */
function close(context: AudioContext): void {
  if (context.state !== "closed") void context.close();
}

/** Samples as a WAV file. */
export function wav(parts: ArrayBuffer[], sampleRate: number): Blob {
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string) => [...letters].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, 36 + size, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, size, true);
  return new Blob([header.buffer, ...parts], { type: "audio/wav" });
}
