// Runs where the browser makes sound: turns it into 16-bit samples, a tenth of a second at a time.

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: unknown): void;

class Recorder extends AudioWorkletProcessor {
  private samples = new Int16Array(Math.round(sampleRate / 10));
  private count = 0;
  private peak = 0;

  process([[channel]]: Float32Array[][]): boolean {
    for (const value of channel ?? []) {
      const bounded = Math.max(-1, Math.min(1, value));
      this.samples[this.count++] = Math.round(bounded * 32767);
      this.peak = Math.max(this.peak, Math.abs(bounded));
      if (this.count === this.samples.length) {
        const full = this.samples;
        this.samples = new Int16Array(full.length);
        this.port.postMessage({ samples: full.buffer, peak: this.peak }, [full.buffer]);
        this.count = 0;
        this.peak = 0;
      }
    }
    return true;
  }
}

registerProcessor("recorder", Recorder);
