package parley.speech;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import parley.speakers.SpeakerRosters;
import parley.speech.diarisation.SpeakerCount;
import parley.speech.transcript.SpeechOptions;

/// What a transcription job needs to know besides its recording.
///
/// @param audioBytes the size of the recording as it was sent
/// @param backends who might do it when it was asked for, the preferred one first
/// @param diarisation how speakers are distinguished; null where they are not
/// @param retain how the recording is to be kept if the policy still says so; null to erase it
/// @param destination where the transcript is to be posted; null for nowhere
/// @param extras null for none
/// @param source what the recording is called; null for requests of versions that did not store it
record TranscriptionRequest(
    SpeechOptions options,
    long audioBytes,
    List<Backend> backends,
    @Nullable SpeakerRequest diarisation,
    @Nullable Retention retain,
    @Nullable Destination destination,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable Set<TranscriptExtra> extras,
    @Nullable Source source) {
  /// Who is to be distinguished and named.
  ///
  /// @param roster who may be named
  /// @param separateChannels whether each channel is one speaker
  /// @param known the names of those whose voices are the job's attachments, in the same order
  record SpeakerRequest(
      SpeakerRosters.Plan roster,
      SpeakerCount count,
      boolean separateChannels,
      List<String> known) {
    SpeakerRequest {
      known = List.copyOf(known);
    }
  }

  /// The media entry that a recording becomes.
  record Retention(UUID mediaId, String fileName) {}

  /// A room, and the media entry that the recording is, if it is one.
  record Destination(UUID room, @Nullable UUID media) {}

  /// What the recording is called, and the media entry that it was taken from, if any.
  record Source(String fileName, @Nullable UUID media) {}

  TranscriptionRequest {
    backends = List.copyOf(backends);
  }

  /// The same request of these backends.
  TranscriptionRequest by(List<Backend> others) {
    return new TranscriptionRequest(
        options, audioBytes, others, diarisation, retain, destination, extras, source);
  }

  boolean has(TranscriptExtra extra) {
    return extras != null && extras.contains(extra);
  }
}
