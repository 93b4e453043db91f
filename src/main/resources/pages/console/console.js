// Live captions from the microphone: sound goes out over a WebSocket as it is recorded, captions come back.

const RATE = 16000;
const page = Object.fromEntries(
  ["settings", "key", "language", "toggle", "level", "state", "captions", "guess", "hint", "lag", "copy"]
    .map(id => [id, document.getElementById(id)]));

let session = null;

page.settings.addEventListener("submit", event => {
  event.preventDefault();
  if (session) {
    session.stop();
  } else {
    session = new Session(page.key.value.trim(), page.language.value);
    session.start();
  }
});

page.copy.addEventListener("click", async () => {
  const lines = [...page.captions.querySelectorAll("span")].map(line => line.textContent);
  await navigator.clipboard.writeText(lines.join("\n"));
  page.copy.textContent = "Copied";
  setTimeout(() => { page.copy.textContent = "Copy text"; }, 1500);
});

class Session {
  constructor(key, language) {
    this.key = key;
    this.language = language;
  }

  async start() {
    page.toggle.textContent = "Stop";
    page.hint.hidden = true;
    page.captions.replaceChildren();
    page.guess.textContent = "";
    say("Asking for the microphone …");
    try {
      this.microphone = await navigator.mediaDevices.getUserMedia(
        {audio: {channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true}});
      await this.record();
    } catch (fault) {
      this.end(fault.name === "NotAllowedError" ? "The microphone is not allowed." : `No microphone: ${fault.message}`, true);
      return;
    }
    say("Connecting …");
    this.connect();
  }

  // A browser that cannot record at our rate records at its own; the server takes both.
  async record() {
    try {
      this.context = new AudioContext({sampleRate: RATE});
      this.source = this.context.createMediaStreamSource(this.microphone);
    } catch {
      this.context = new AudioContext();
      this.source = this.context.createMediaStreamSource(this.microphone);
    }
    await this.context.audioWorklet.addModule("/console/microphone.js");
    this.recorder = new AudioWorkletNode(this.context, "microphone", {numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit"});
    this.recorder.port.onmessage = ({data}) => this.send(data);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const address = `${scheme}//${location.host}/v1/modules/scaiecho/stream/transcribe?token=${encodeURIComponent(this.key)}`;
    this.socket = new WebSocket(address);
    this.socket.onopen = () => this.socket.send(JSON.stringify({
      type: "open", media_type: "audio/l16", sample_rate: this.context.sampleRate, language_hint: this.language || undefined}));
    this.socket.onmessage = ({data}) => this.take(JSON.parse(data));
    this.socket.onclose = ({code}) => this.end(
      code === 1012 ? "The server restarts; start again." : this.ready ? "The connection broke." : "The server did not let this key in.", true);
  }

  take(message) {
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.source.connect(this.recorder);
        say("Listening", true);
        break;
      case "delta":
        caption(message);
        break;
      case "closed":
        this.end("Not listening");
        break;
      case "error":
        this.end(message.message, true);
        break;
    }
  }

  send({samples, loudness}) {
    page.level.value = loudness;
    if (this.ready && !this.stopping && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(samples);
    }
  }

  stop() {
    this.release();
    if (this.ready && this.socket.readyState === WebSocket.OPEN) {
      this.stopping = true;
      say("Writing the last words …");
      this.socket.send(JSON.stringify({type: "close"}));
    } else {
      this.end("Not listening");
    }
  }

  release() {
    this.source?.disconnect();
    this.microphone?.getTracks().forEach(track => track.stop());
    if (this.context && this.context.state !== "closed") {
      this.context.close();
    }
  }

  end(words, wrong) {
    if (session !== this) {
      return;
    }
    session = null;
    this.release();
    if (this.socket) {
      this.socket.onclose = null;
      this.socket.close();
    }
    page.toggle.textContent = "Start";
    page.level.value = 0;
    page.guess.textContent = "";
    page.lag.textContent = "";
    page.state.className = wrong ? "wrong" : "";
    page.state.textContent = words;
  }
}

function say(words, live) {
  page.state.className = live ? "live" : "";
  page.state.textContent = words;
}

function caption({text, is_final: isFinal, start, lag_ms: lag}) {
  const atEnd = window.innerHeight + window.scrollY >= document.body.offsetHeight - 80;
  if (isFinal) {
    const line = document.createElement("p");
    const time = document.createElement("time");
    const words = document.createElement("span");
    time.textContent = clock(start);
    words.textContent = text;
    line.append(time, words);
    page.captions.append(line);
    page.guess.textContent = "";
    page.copy.hidden = false;
  } else {
    page.guess.textContent = text;
    page.lag.textContent = `${(lag / 1000).toFixed(1)} s behind`;
  }
  if (atEnd) {
    window.scrollTo(0, document.body.scrollHeight);
  }
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
