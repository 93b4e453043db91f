package parley.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import parley.ffmpeg.Ffmpeg;
import parley.health.SelfTest;
import parley.media.pictures.DynamicRange;
import parley.media.pictures.MediaProbe;
import parley.media.pictures.PictureLimits;
import parley.media.pictures.Rendering;
import parley.media.pictures.Thumbnails;
import parley.problem.Problem;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.AudioStream;
import parley.speech.decoding.DecodingLimits;

/// Has FFmpeg decode a sound, a picture and a frame of a video in the ways in which the server
/// does. Takes some 0.1 s of processor time.
final class DecoderSelfTest implements SelfTest {
  /// Of the sound, a sine (`src/main/resources/ffmpeg/self-test`).
  private static final double HERTZ = 440;

  private static final Duration LENGTH = Duration.ofMillis(500);

  /// Generous for a machine with much to do, which all the three may take.
  private static final Duration PROCESSOR_TIME = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// What the video of the test measures.
  private static final MediaProbe.Found VIDEO =
      new MediaProbe.Found(64, 48, Duration.ofMillis(200), DynamicRange.STANDARD);

  private final AudioDecoder decoder;
  private final Thumbnails thumbnails;
  private final Path folder;

  /// @param programs not watched: this is what their watch asks
  /// @param folder for the files of the test, which it makes
  DecoderSelfTest(Ffmpeg programs, Path folder) {
    DecodingLimits sounds = DecodingLimits.DEFAULT;
    PictureLimits pictures = PictureLimits.standard();
    this.folder = folder;
    this.decoder =
        new AudioDecoder(
            programs, new DecodingLimits(sounds.maxAudio(), PROCESSOR_TIME, sounds.memoryBytes()));
    this.thumbnails =
        new Thumbnails(
            programs,
            folder,
            new PictureLimits(
                PROCESSOR_TIME,
                PATIENCE,
                pictures.memoryBytes(),
                pictures.maxPixels(),
                pictures.maxJpegPixels(),
                true));
  }

  @Override
  public void run() throws IOException {
    try {
      Files.createDirectories(folder);
      decodeSound(sample("sound.ogg"));
      requireThumbnails("picture", thumbnails.ofPicture(sample("picture.jpg")));
      requireThumbnails("video", thumbnails.ofVideo(sample("video.mp4"), VIDEO));
    } catch (Problem refused) {
      throw new IOException("a sound of our own was refused: " + refused.message(), refused);
    }
  }

  private void decodeSound(Path file) throws IOException {
    float[] samples = new float[AudioDecoder.SAMPLE_RATE];
    try (AudioStream audio = decoder.open(file)) {
      int count = audio.read(samples);
      int crossings = 0;
      for (int i = 1; i < count; i++) {
        if (samples[i - 1] < 0 && samples[i] >= 0) {
          crossings++;
        }
      }
      double seconds = (double) count / AudioDecoder.SAMPLE_RATE;
      if (Math.abs(seconds - LENGTH.toMillis() / 1000.0) > 0.01
          || Math.abs(crossings - HERTZ * seconds) > 2) {
        throw new IOException("a sound of our own was decoded to something else");
      }
    }
  }

  private static void requireThumbnails(String kind, Rendering made) throws IOException {
    if (made.thumbnails().isEmpty()) {
      throw new IOException("no thumbnail was made of a " + kind + " of our own");
    }
  }

  /// A file, since that is what is decoded otherwise; written anew where it is damaged or gone.
  private Path sample(String name) throws IOException {
    Path file = folder.resolve("self-test-" + name);
    try (InputStream content = Ffmpeg.class.getResourceAsStream("/ffmpeg/self-test/" + name)) {
      if (content == null) {
        throw new IOException("the program lacks its file " + name);
      }
      Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
