package parley.speech;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.WavHeader;
import parley.storage.Blobs;
import parley.storage.SpoolFile;

/// Writes the channels of a recording, or their mix, into files of their own: WAV with 16-bit
/// samples.
public record ChannelFiles(AudioDecoder decoder, Blobs blobs) {
  /// More than the sides of any call; each channel is transcribed on its own.
  static final int MAX_CHANNELS = 8;

  private static final int SAMPLE_BYTES = 2;

  /// The number of channels of a recording.
  ///
  /// @throws Problem UNSUPPORTED_MEDIA for a file without audio, VALIDATION for more than
  ///   [#MAX_CHANNELS]
  int count(Path recording) throws IOException {
    try (AudioStream audio = decoder.open(recording)) {
      audio.read(new float[1]);
      int channels = audio.channels();
      if (channels > MAX_CHANNELS) {
        throw new Problem(
                ProblemCode.VALIDATION,
                "The recording has %d channels; at most %d can be separate speakers."
                    .formatted(channels, MAX_CHANNELS))
            .at("channels");
      }
      return channels;
    }
  }

  /// One channel of a recording; the caller closes it.
  ///
  /// @param channel from 0
  /// @throws Problem STORAGE_FULL when the disk has no room for it
  SpoolFile extract(Path recording, int channel) throws IOException {
    try (AudioStream audio = decoder.openChannel(recording, channel)) {
      return written(audio);
    }
  }

  /// All recordings of a file in succession, with their channels mixed; the caller closes it.
  ///
  /// @throws Problem STORAGE_FULL when the disk has no room for it, and as
  ///   [AudioDecoder#open(Path)]
  SpoolFile join(Path recording) throws IOException {
    try (AudioStream audio = decoder.open(recording)) {
      return written(audio);
    }
  }

  private SpoolFile written(AudioStream audio) throws IOException {
    SpoolFile file = blobs.receive();
    try {
      file.write(WavHeader.ofSamples(AudioDecoder.SAMPLE_RATE, 0), 0, WavHeader.WRITTEN_BYTES);
      float[] samples = new float[AudioDecoder.SAMPLE_RATE];
      ByteBuffer bytes =
          ByteBuffer.allocate(samples.length * SAMPLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int count = audio.read(samples); count > 0; count = audio.read(samples)) {
        bytes.clear();
        for (int i = 0; i < count; i++) {
          bytes.putShort((short) Math.clamp(Math.round(samples[i] * 32_768f), -32_768, 32_767));
        }
        file.write(bytes.array(), 0, bytes.position());
      }
      byte[] header =
          WavHeader.ofSamples(AudioDecoder.SAMPLE_RATE, file.size() - WavHeader.WRITTEN_BYTES);
      try (FileChannel beginning = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
        beginning.write(ByteBuffer.wrap(header), 0);
      }
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }
}
