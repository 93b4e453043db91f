package parley.speech.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import parley.speech.engine.PieceAudio.Stretch;

/// Cuts a stream of audio into pieces that contain speech, and drops the rest. Holds at most one
/// piece and the pause after it. Not thread-safe.
///
/// Speech starts when its probability reaches [#ON] and ends once it stays below [#OFF] for
/// [#PAUSE_FRAMES] (Silero's own rule). Nearby stretches of speech share a piece, since Whisper
/// recognises short ones worse. A piece that would outgrow its [Segmentation] is cut in its longest
/// pause or, without one, where the speaker is quietest.
final class SpeechSegmenter {
  private static final int FRAME = VoiceActivity.FRAME;
  private static final float ON = 0.5f;
  private static final float OFF = 0.35f;
  private static final int PAUSE_FRAMES = VoiceActivity.frames(0.3);
  private static final int LITTLE = VoiceActivity.frames(Segmentation.LITTLE);
  private static final int MIN_SPEECH = VoiceActivity.frames(0.16);

  /// In so much silence the last word has died away, for which less than the margin is enough.
  private static final int DIED_AWAY = VoiceActivity.frames(0.2);

  private final Consumer<Piece> pieces;
  private int maxPause;
  private int maxPauseAfterLittle;
  private int maxFrames;
  private int minFrames;
  private final FrameBuffer held = new FrameBuffer(2 * PieceAudio.MAX_LEAD);
  private final PieceAudio audio = new PieceAudio(held);

  /// Stretches of speech in the held frames, by frame number in the stream.
  private final List<Stretch> ended = new ArrayList<>();

  private long speakingSince = -1;
  private long quietSince = -1;

  /// @param pieces receives each completed piece on the calling thread
  SpeechSegmenter(Segmentation segmentation, Consumer<Piece> pieces) {
    this.pieces = pieces;
    cut(segmentation);
  }

  /// Changes the segmentation from now on, including that of the current piece.
  final void cut(Segmentation segmentation) {
    maxPause = VoiceActivity.frames(segmentation.pause());
    maxPauseAfterLittle = VoiceActivity.frames(segmentation.pauseAfterLittle());
    maxFrames = VoiceActivity.frames(segmentation.maxSeconds());
    minFrames = VoiceActivity.frames(segmentation.minSeconds());
  }

  /// Adds frames.
  ///
  /// @param speech probability of speech in each of them
  void add(float[] samples, float[] speech) {
    for (int frame = 0; frame < speech.length; frame++) {
      add(samples, frame * FRAME, speech[frame]);
    }
  }

  /// Adds a frame.
  ///
  /// @param samples the frame is the [VoiceActivity#FRAME] samples from `offset`; beyond the end it
  ///   is padded with silence
  /// @param speech probability of speech in the frame
  void add(float[] samples, int offset, float speech) {
    long now = held.end();
    held.add(samples, offset, speech);
    track(now, speech);
    long first = nextStart(0, -1);
    if (first >= 0) {
      int pause = now - first < LITTLE ? maxPauseAfterLittle : maxPause;
      if (speakingSince < 0 && now - ended.getLast().end() >= pause) {
        emit(ended.size(), now + 1);
      } else if (now - first >= maxFrames) {
        cut(first, now);
      }
    }
    if (ended.isEmpty() && speakingSince < 0) {
      held.forgetBefore(now + 1 - PieceAudio.MAX_LEAD);
    }
  }

  /// Returns the unfinished piece, as far as its audio has arrived; empty if nobody has spoken
  /// since the last one.
  Optional<Piece> growing() {
    List<Stretch> heard = heard();
    return heard.isEmpty() ? Optional.empty() : Optional.of(audio.growing(heard, maxFrames));
  }

  /// Returns the end of the unfinished piece's audio, in seconds from the start of the stream; 0 if
  /// nobody has spoken since the last one.
  double extent() {
    List<Stretch> heard = heard();
    return heard.isEmpty() ? 0 : VoiceActivity.seconds(audio.end(heard));
  }

  /// Returns when the speech of the unfinished piece ended, in seconds from the start of the
  /// stream; empty while somebody speaks, and until the last word has died away.
  OptionalDouble pausedSince() {
    List<Stretch> heard = heard();
    boolean paused =
        !heard.isEmpty()
            && (speakingSince < 0 || quietSince >= 0)
            && held.end() - heard.getLast().end() >= DIED_AWAY;
    return paused
        ? OptionalDouble.of(VoiceActivity.seconds(heard.getLast().end()))
        : OptionalDouble.empty();
  }

  /// Returns when the speech of the unfinished piece began, in seconds from the start of the
  /// stream; empty if nobody has spoken since the last one.
  OptionalDouble speechStart() {
    List<Stretch> heard = heard();
    return heard.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(VoiceActivity.seconds(heard.getFirst().start()));
  }

  /// Whether the VAD hears speech, however short so far.
  boolean isSpeaking() {
    return speakingSince >= 0;
  }

  /// Returns the stretches of the unfinished piece, including the current one.
  private List<Stretch> heard() {
    List<Stretch> heard = new ArrayList<>(ended);
    if (speakingSince >= 0 && speechEnd() - speakingSince >= MIN_SPEECH) {
      heard.add(new Stretch(speakingSince, speechEnd()));
    }
    return heard;
  }

  /// Returns where the current stretch ends, as far as its audio has arrived.
  private long speechEnd() {
    return quietSince >= 0 ? quietSince : held.end();
  }

  /// Returns the start of the stretch with this index, which may be the current one.
  private long nextStart(int index, long otherwise) {
    return index < ended.size()
        ? ended.get(index).start()
        : speakingSince >= 0 ? speakingSince : otherwise;
  }

  /// Whether an utterance is in progress of which less than [Segmentation#MIN_SECONDS] has arrived.
  boolean isJustBegun() {
    return speakingSince >= 0
        && held.end() - nextStart(0, -1) < VoiceActivity.frames(Segmentation.MIN_SECONDS);
  }

  /// Completes the current piece: the stream has ended, or what was said so far is wanted now.
  void finish() {
    if (speakingSince >= 0) {
      endSpeech(speechEnd());
    }
    if (!ended.isEmpty()) {
      emit(ended.size(), held.end());
    }
  }

  private void track(long now, float speech) {
    if (speech >= ON) {
      quietSince = -1;
      if (speakingSince < 0) {
        speakingSince = now;
      }
    } else if (speakingSince >= 0 && speech < OFF) {
      if (quietSince < 0) {
        quietSince = now;
      }
      if (now - quietSince >= PAUSE_FRAMES) {
        endSpeech(quietSince);
      }
    }
  }

  private void endSpeech(long end) {
    if (end - speakingSince >= MIN_SPEECH) {
      ended.add(new Stretch(speakingSince, end));
    }
    speakingSince = -1;
    quietSince = -1;
  }

  /// Cuts a piece that has become too long, at the best place in its later part.
  private void cut(long first, long now) {
    int best = -1;
    long widest = 0;
    for (int i = 0; i < ended.size(); i++) {
      long pause = nextStart(i + 1, now) - ended.get(i).end();
      if (ended.get(i).end() - first >= minFrames && pause > widest) {
        best = i;
        widest = pause;
      }
    }
    if (best >= 0) {
      emit(best + 1, nextStart(best + 1, now + 1));
      return;
    }
    if (quietSince >= 0) {
      // A pause has just begun; no place is better, however long it will be.
      endSpeech(quietSince);
      emit(ended.size(), now + 1);
      return;
    }
    // Without a pause, the current stretch is divided.
    long quietest = held.quietest(Math.max(first + minFrames, now - maxFrames / 2), now);
    if (quietest > speakingSince) {
      ended.add(new Stretch(speakingSince, quietest));
    }
    speakingSince = Math.max(speakingSince, quietest);
    quietSince = -1;
    emit(ended.size(), quietest);
  }

  /// Emits the first `count` stretches as a piece and drops the frames before the rest.
  ///
  /// @param limit frame that the piece must not exceed
  private void emit(int count, long limit) {
    List<Stretch> chosen = ended.subList(0, count);
    long last = chosen.getLast().end();
    Piece piece = audio.completed(chosen, limit, maxFrames);
    chosen.clear();
    held.forgetBefore(Math.max(last, nextStart(0, held.end()) - PieceAudio.MAX_LEAD));
    pieces.accept(piece);
  }
}
