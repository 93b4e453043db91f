// What Deepgram's library for JavaScript gets for a stream, as one JSON object. The folder with its packages is the
// working folder.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { DeepgramClient } = createRequire(join(process.cwd(), 'package.json'))('@deepgram/sdk');
const { BASE, TOKEN, STRANGER, SAMPLES } = process.env;
const environment = { base: BASE, production: BASE.replace('http', 'ws'), agent: BASE, agentRest: BASE };
const audio = readFileSync(SAMPLES);
const bare = { encoding: 'linear16', sample_rate: 16000 };
const finalize = 'Finalize';
const close = 'CloseStream';
const keepAlive = 'KeepAlive';
const nonsense = 'Nonsense';

function made(apiKey) {
  return new DeepgramClient({ apiKey, environment });
}

const client = made(TOKEN);

// Sends the parts, and returns what came.
async function stream(parts, options, by = client) {
  const connection = await by.listen.v1.connect({ model: 'nova-3', language: 'en', reconnectAttempts: 0, ...options });
  const got = { messages: [], errors: [] };
  let finalized;
  const whenFinalized = new Promise(resolve => { finalized = resolve; });
  const closed = new Promise(resolve => { connection.on('close', resolve); });
  connection.on('error', error => got.errors.push(error.constructor.name));
  connection.on('message', message => {
    got.messages.push(message);
    if (message.from_finalize) {
      finalized();
    }
  });
  connection.connect();
  try {
    await connection.waitForOpen();
  } catch {
    return { ...got, opened: false };
  }
  for (const part of parts) {
    switch (part) {
      case finalize:
        connection.sendFinalize({ type: finalize });
        await whenFinalized;
        break;
      case close:
        connection.sendCloseStream({ type: close });
        break;
      case keepAlive:
        connection.sendKeepAlive({ type: keepAlive });
        break;
      case nonsense:
        connection.socket.send(JSON.stringify({ type: nonsense }));
        break;
      default:
        connection.sendMedia(part);
    }
  }
  const { code, reason } = await closed;
  connection.close();
  return { ...got, code, reason };
}

function chunks(sound) {
  return Array.from({ length: Math.ceil(sound.length / 3200) }, (_, i) => sound.subarray(i * 3200, (i + 1) * 3200));
}

function text(results) {
  return results.map(result => result.channel.alternatives[0].transcript).filter(said => said !== '').join(' ');
}

async function refused(by, options) {
  const { opened, errors } = await stream([], options, by);
  return [opened === false, errors.length > 0];
}

const whole = await stream([nonsense, keepAlive, ...chunks(audio), close], {
  interim_results: 'true', punctuate: 'true', vad_events: 'true', endpointing: 300, utterance_end_ms: 1000, ...bare,
});
const results = whole.messages.filter(message => message.type === 'Results');
const finals = results.filter(result => result.is_final);
const last = whole.messages.at(-1);
const word = finals[0].channel.alternatives[0].words[0];
const flushed = (await stream([...chunks(audio.subarray(0, 96000)), finalize, close], bare)).messages
  .filter(message => message.type === 'Results');
const broken = await stream([Buffer.from('no audio'.repeat(20))], {});
console.log(JSON.stringify({
  first: [whole.messages[0].type, whole.messages[0].variant],
  text: text(finals),
  speech_final: finals.filter(result => result.speech_final).length,
  started: whole.messages.filter(message => message.type === 'SpeechStarted').length,
  ends: whole.messages.filter(message => message.type === 'UtteranceEnd').map(message => message.last_word_end),
  word: [word.word, word.punctuated_word, word.end > word.start, word.confidence],
  last: [last.type, last.duration, last.request_id === results[0].metadata.request_id, last.sha256.length],
  model: finals[0].metadata.model_info.name,
  errors: whole.errors,
  flushed: [text(flushed), flushed.filter(result => result.from_finalize).length],
  broken: [broken.messages.at(-1).type, broken.messages.at(-1).variant, broken.code, broken.reason],
  refused: {
    token: await refused(made('sgk_wrong'), bare),
    permission: await refused(made(STRANGER), bare),
    value: await refused(client, { encoding: 'linear16' }),
  },
}));
process.exit(0);
