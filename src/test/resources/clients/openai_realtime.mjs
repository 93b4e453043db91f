// Transcribes with OpenAI's Node client over the Realtime API, and prints a JSON line. SOUND is a file of 16-bit
// samples at 24 kHz. The client insists on TLS, so a proxy in front of the server ends it, as in production;
// KEY_PAIR is in PKCS #12, with the password "changeit".
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";
import { createRequire } from "node:module";

const require = createRequire(path.join(process.cwd(), "here.js"));
const { OpenAI } = require("openai");
const { OpenAIRealtimeWS } = require("openai/realtime/ws");

const target = new URL(process.env.BASE);
const proxy = tls.createServer({ pfx: fs.readFileSync(process.env.KEY_PAIR), passphrase: "changeit" }, (secure) => {
  const plain = net.connect(Number(target.port), target.hostname);
  secure.pipe(plain).pipe(secure);
  secure.on("error", () => plain.destroy());
  plain.on("error", () => secure.destroy());
});
await new Promise((listening) => proxy.listen(0, "127.0.0.1", listening));

const outcome = { events: [], text: [], grown: "", error: null, exception: null, close: null };
const client = new OpenAI({
  apiKey: process.env.TOKEN,
  baseURL: `https://127.0.0.1:${proxy.address().port}/v1`,
});
const realtime = new OpenAIRealtimeWS(
  { model: "gpt-4o-transcribe", options: { rejectUnauthorized: false } },
  client,
);

await new Promise((end) => {
  realtime.on("event", (event) => outcome.events.push(event.type));
  realtime.on("error", (error) => {
    outcome.exception = error.constructor.name;
    outcome.error = error.error?.code ?? error.message;
  });
  realtime.on("session.created", () => {
    realtime.send({
      type: "session.update",
      session: {
        type: "transcription",
        audio: {
          input: {
            format: { type: "audio/pcm", rate: 24000 },
            transcription: { model: "gpt-4o-transcribe", language: "en" },
            turn_detection: null,
          },
        },
      },
    });
    const sound = fs.readFileSync(process.env.SOUND);
    for (let at = 0; at < sound.length; at += 4800) {
      realtime.send({
        type: "input_audio_buffer.append",
        audio: sound.subarray(at, at + 4800).toString("base64"),
      });
    }
    realtime.send({ type: "input_audio_buffer.commit" });
  });
  realtime.on("conversation.item.input_audio_transcription.delta", (event) => {
    outcome.grown += event.delta;
  });
  realtime.on("conversation.item.input_audio_transcription.completed", (event) => {
    outcome.text.push(event.transcript);
    realtime.close();
  });
  realtime.socket.on("close", (code) => {
    outcome.close = code;
    end();
  });
});
console.log(JSON.stringify(outcome));
process.exit(0);
