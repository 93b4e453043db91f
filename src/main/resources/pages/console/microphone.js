// Runs where the browser makes sound: turns it into 16-bit samples, a tenth of a second at a time.

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.samples = new Int16Array(Math.round(sampleRate / 10));
    this.count = 0;
    this.loudest = 0;
  }

  process([[channel]]) {
    for (const value of channel ?? []) {
      const bounded = Math.max(-1, Math.min(1, value));
      this.samples[this.count++] = Math.round(bounded * 32767);
      this.loudest = Math.max(this.loudest, Math.abs(bounded));
      if (this.count === this.samples.length) {
        const full = this.samples;
        this.samples = new Int16Array(full.length);
        this.port.postMessage({samples: full.buffer, loudness: this.loudest}, [full.buffer]);
        this.count = 0;
        this.loudest = 0;
      }
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
