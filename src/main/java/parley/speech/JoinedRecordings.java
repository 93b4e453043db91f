package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;
import parley.storage.SpoolFile;

/// Gives another server several recordings in one file as a single one, because decoders usually
/// read only the first.
///
/// @param relay the other server
public record JoinedRecordings(Transcriber relay, ChannelFiles files) implements Transcriber {
  @Override
  public String model() {
    return relay.model();
  }

  @Override
  public Transcript transcribe(Path recording, SpeechOptions options, Progress progress)
      throws IOException {
    if (!files.decoder().isConcatenated(recording)) {
      return relay.transcribe(recording, options, progress);
    }
    try (SpoolFile joined = files.join(recording)) {
      return relay.transcribe(joined.path(), options, progress);
    }
  }
}
