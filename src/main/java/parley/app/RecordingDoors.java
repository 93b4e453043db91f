package parley.app;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import parley.calls.Recording;
import parley.calls.RecordingPlaces;
import parley.db.Database;
import parley.events.Audience;
import parley.events.EventType;
import parley.jobs.JobId;
import parley.media.Media;
import parley.media.MediaId;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.BackendPreference;
import parley.speech.StoredRecordings;
import parley.speech.Transcriptions;
import parley.speech.transcript.SpeechOptions;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;

/// Where recordings of calls go: into the media, the room's files and messages, and to be
/// transcribed.
record RecordingDoors(
    Database database, MediaParts media, RoomDoors rooms, Transcriptions transcriptions)
    implements RecordingPlaces {

  @Override
  public void keep(Recording recording, SpoolFile file, BiConsumer<Handle, Media> record)
      throws IOException {
    media
        .uploads()
        .storeFor(recording.tenant(), recording.startedBy(), file, fileName(recording), record);
  }

  @Override
  public void show(Handle transaction, Recording recording, RoomId room, Media entry) {
    rooms.index().attach(transaction, recording.tenant(), room, recording.startedBy(), entry.id());
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("msgtype", "swp.media");
    content.put("body", entry.fileName());
    content.put("media_id", entry.id().toString());
    content.put("call_id", recording.call().toString());
    rooms
        .events()
        .record(
            transaction,
            recording.tenant(),
            Audience.room(room),
            EventType.ROOM_MESSAGE,
            recording.startedBy(),
            content);
  }

  @Override
  public void transcribe(
      Recording recording, RoomId room, MediaId entry, BiConsumer<Handle, JobId> record)
      throws IOException {
    Media stored =
        database
            .inTransaction(
                transaction -> media.library().stored(transaction, recording.tenant(), entry))
            .orElseThrow(() -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "The recording is gone."));
    transcriptions.queue(
        recording.startedBy(),
        new StoredRecordings.Recording(stored.id(), stored.content(), stored.size()),
        new Transcriptions.Wish(new SpeechOptions(null, null), BackendPreference.ANY, room),
        record);
  }

  /// The time of its beginning is in the name of egress's own file already.
  private static String fileName(Recording recording) {
    String file = recording.file();
    String name = "call-recording-" + file.substring(file.lastIndexOf('/') + 1);
    // Sound and pictures share the form of the file, and by its name most programs tell them apart.
    return recording.wish().video() ? name : name.replaceFirst("\\.mp4$", ".m4a");
  }
}
