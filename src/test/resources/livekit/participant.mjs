// One participant of a call: a real WebRTC client, told what to do line by line as JSON, and answering each line
// with one of its own. The folder with its packages is the working folder.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const { AudioFrame, AudioSource, LocalAudioTrack, LocalVideoTrack, Room, TrackPublishOptions, TrackSource,
  VideoBufferType, VideoFrame, VideoSource, dispose } =
  createRequire(join(process.cwd(), 'package.json'))('@livekit/rtc-node');

const room = new Room();
let sounding = null;
let tone = null;

async function sound(source) {
  // A tone of 440 Hz in frames of 100 ms.
  const frame = new AudioFrame(new Int16Array(4800), 48000, 1, 4800);
  for (let i = 0; i < 4800; i++) {
    frame.data[i] = Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / 48000));
  }
  while (sounding) {
    await source.captureFrame(frame);
  }
}

const deeds = {
  async connect({ url, token }) {
    await room.connect(url, token, { autoSubscribe: true, dynacast: false });
    return { identity: room.localParticipant.identity, room: room.name };
  },
  async publish({ video }) {
    sounding = new AudioSource(48000, 1);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    tone = await room.localParticipant.publishTrack(
      LocalAudioTrack.createAudioTrack('tone', sounding),
      options,
    );
    sound(sounding).catch(() => {});
    if (video) {
      const picture = new VideoSource(64, 64);
      await room.localParticipant.publishTrack(
        LocalVideoTrack.createVideoTrack('picture', picture),
        new TrackPublishOptions({ source: TrackSource.SOURCE_CAMERA }),
      );
      picture.captureFrame(new VideoFrame(new Uint8Array(64 * 64 * 4), 64, 64, VideoBufferType.RGBA));
    }
    return {};
  },
  async silence() {
    sounding = null;
    await room.localParticipant.unpublishTrack(tone.sid);
    return {};
  },
  async others() {
    return { others: [...room.remoteParticipants.keys()] };
  },
  async disconnect() {
    sounding = null;
    await room.disconnect();
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { ok: true, ...(await deeds[deed](rest)) };
  } catch (error) {
    answer = { ok: false, error: String(error?.message ?? error) };
  }
  // The client library writes lines of its own.
  process.stdout.write('answer ' + JSON.stringify(answer) + '\n');
}
sounding = null;
await dispose();
process.exit(0);
