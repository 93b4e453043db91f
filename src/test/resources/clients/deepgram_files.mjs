// What Deepgram's library for JavaScript gets for a recording, as one JSON object. The folder with its packages is
// the working folder.
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { DeepgramClient, DeepgramError } = createRequire(join(process.cwd(), 'package.json'))('@deepgram/sdk');
const { BASE, TOKEN, STRANGER, RECORDING } = process.env;
const environment = { base: BASE, production: BASE.replace('http', 'ws'), agent: BASE, agentRest: BASE };

function made(options) {
  return new DeepgramClient({ environment, maxRetries: 0, timeoutInSeconds: 300, ...options });
}

const client = made({ apiKey: TOKEN });

function transcribe(options, by = client, recording = createReadStream(RECORDING)) {
  return by.listen.v1.media.transcribeFile(recording, { model: 'nova-3', ...options });
}

async function error(call) {
  try {
    await call();
  } catch (problem) {
    return problem instanceof DeepgramError
      ? [problem.constructor.name, problem.statusCode, problem.body?.err_code] : [`${problem}`];
  }
  return ['nothing'];
}

const answer = await transcribe({
  smart_format: true, utterances: true, diarize: true, detect_language: true, tag: ['one'], keyterm: ['Americans'],
});
const channel = answer.results.channels[0];
const said = channel.alternatives[0];
console.log(JSON.stringify({
  text: said.transcript,
  plain: (await transcribe({})).results.channels[0].alternatives[0].transcript,
  confidence: said.confidence,
  words: said.words.map(word => [word.word, word.punctuated_word, word.speaker]),
  times: said.words.map(word => word.start < word.end),
  paragraphs: said.paragraphs.transcript,
  utterances: answer.results.utterances.map(utterance => utterance.transcript),
  language: channel.detected_language,
  duration: answer.metadata.duration,
  request: answer.metadata.request_id,
  model: answer.metadata.model_info[answer.metadata.models[0]].name,
  errors: {
    url: await error(() => client.listen.v1.media.transcribeUrl({ url: 'https://example.org/a.wav' })),
    callback: await error(() => transcribe({ callback: 'https://example.org/' })),
    token: await error(() => transcribe({}, made({ apiKey: 'sgk_wrong' }))),
    permission: await error(() => transcribe({}, made({ apiKey: STRANGER }))),
    media: await error(() => transcribe({}, client, Buffer.from('no audio'))),
  },
  bearer: (await transcribe({}, made({ accessToken: TOKEN }), readFileSync(RECORDING)))
    .results.channels[0].alternatives[0].transcript,
}));
