package parley.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import parley.speech.RecordingLength;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;

/// What the decoder finds in a recording's header, for which it decodes no more than the first
/// second, or in all of it.
record DecodedLength(AudioDecoder decoder) implements RecordingLength {
  @Override
  public Optional<Duration> of(Path recording) throws IOException {
    try (AudioStream audio = decoder.open(recording)) {
      audio.read(new float[AudioDecoder.SAMPLE_RATE]);
      return Optional.ofNullable(audio.announcedDuration());
    }
  }

  @Override
  public Duration measured(Path recording) throws IOException {
    float[] second = new float[AudioDecoder.SAMPLE_RATE];
    try (AudioStream audio = decoder.open(recording)) {
      while (audio.read(second) > 0) {
        // Counted by the stream itself.
      }
      return audio.position();
    }
  }
}
