// What OpenAI's library for Node gets for a recording, as one JSON object. The folder with its packages is the
// working folder.
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { OpenAI, OpenAIError, toFile } = createRequire(join(process.cwd(), 'package.json'))('openai');
const { BASE, TOKEN, STRANGER, RECORDING, FOREIGN } = process.env;

function made(apiKey) {
  return new OpenAI({ baseURL: `${BASE}/v1`, apiKey, maxRetries: 0 });
}

const client = made(TOKEN);

function transcribe(options, by = client) {
  return by.audio.transcriptions.create({ file: createReadStream(RECORDING), model: 'whisper-1', ...options });
}

async function error(call) {
  try {
    await call();
  } catch (problem) {
    return problem instanceof OpenAIError ? [problem.constructor.name, problem.code, problem.param] : [`${problem}`];
  }
  return ['nothing'];
}

const plain = await transcribe({ include: ['logprobs'] });
const verbose = await transcribe({ response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'] });
let deltas = '';
let done;
for await (const event of await transcribe({ stream: true, include: ['logprobs'] })) {
  if (event.type === 'transcript.text.delta') {
    deltas += event.delta;
  } else {
    done = event;
  }
}
const translation = await client.audio.translations.create({
  file: createReadStream(FOREIGN), model: 'whisper-1', response_format: 'verbose_json',
});
const models = [];
for await (const model of client.models.list()) {
  models.push(model.id);
}
console.log(JSON.stringify({
  text: plain.text,
  usage: [plain.usage.type, plain.usage.seconds],
  tokens: plain.logprobs.map(token => token.token).join(''),
  logprob: plain.logprobs[0].logprob,
  words: verbose.words.map(word => word.word),
  segments: verbose.segments.length,
  deltas,
  done: [done.type, done.text, done.usage.type, done.logprobs.map(token => token.token).join('')],
  subtitles: await transcribe({ response_format: 'srt' }),
  translation: [translation.language, translation.text, translation.segments.length],
  models,
  model: (await client.models.retrieve('whisper-1')).object,
  errors: {
    format: await error(() => transcribe({ response_format: 'xml' })),
    model: await error(() => client.models.retrieve('gpt-9')),
    token: await error(() => made('sgk_wrong').models.list()),
    permission: await error(() => transcribe({}, made(STRANGER))),
    media: await error(async () => client.audio.transcriptions.create({
      file: await toFile(Buffer.from('no audio'), 'a.wav'), model: 'whisper-1',
    })),
  },
}));
