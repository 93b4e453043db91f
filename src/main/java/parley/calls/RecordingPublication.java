package parley.calls;

import java.io.IOException;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import parley.db.Database;
import parley.jobs.JobId;
import parley.media.Media;
import parley.media.MediaId;
import parley.media.MediaLibrary;
import parley.media.MediaUploads;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.rooms.RoomFileIndex;
import parley.rooms.RoomMessages;
import parley.speech.BackendPreference;
import parley.speech.StoredRecordings;
import parley.speech.Transcriptions;
import parley.speech.transcript.SpeechOptions;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;

/// Makes recordings media entries, posts them into their rooms and has them transcribed.
public final class RecordingPublication {
  private final Database database;
  private final MediaLibrary library;
  private final MediaUploads uploads;
  private final RoomFileIndex roomFiles;
  private final RoomMessages messages;
  private final Transcriptions transcriptions;

  public RecordingPublication(
      Database database,
      MediaLibrary library,
      MediaUploads uploads,
      RoomFileIndex roomFiles,
      RoomMessages messages,
      Transcriptions transcriptions) {
    this.database = database;
    this.library = library;
    this.uploads = uploads;
    this.roomFiles = roomFiles;
    this.messages = messages;
    this.transcriptions = transcriptions;
  }

  private record RecordingMessage(String msgtype, String body, MediaId mediaId, CallId callId) {}

  /// Makes a file a media entry of whoever started the recording.
  ///
  /// @param record called in the transaction that adds the entry; an exception undoes it
  void keep(Recording recording, SpoolFile file, BiConsumer<Handle, Media> record)
      throws IOException {
    uploads.storeFor(recording.tenant(), recording.startedBy(), file, fileName(recording), record);
  }

  /// Attaches an entry to the room and posts a message about it, in the caller's transaction.
  void post(Handle transaction, Recording recording, RoomId room, Media media) {
    roomFiles.attach(transaction, recording.tenant(), room, recording.startedBy(), media.id());
    messages.post(
        transaction,
        recording.tenant(),
        room,
        recording.startedBy(),
        new RecordingMessage("swp.media", media.fileName(), media.id(), recording.call()));
  }

  /// Queues the transcription of an entry, which is posted into the room in the name of whoever
  /// started the recording.
  ///
  /// @param record called in the transaction that queues it; an exception undoes it
  /// @throws Problem when the tenant may not have it transcribed, or it is gone
  void transcribe(Recording recording, RoomId room, MediaId media, BiConsumer<Handle, JobId> record)
      throws IOException {
    Media stored =
        database
            .inTransaction(transaction -> library.stored(transaction, recording.tenant(), media))
            .orElseThrow(() -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "The recording is gone."));
    transcriptions.queue(
        recording.startedBy(),
        new StoredRecordings.Recording(stored.id(), stored.content(), stored.size()),
        new Transcriptions.Wish(new SpeechOptions(null, null), BackendPreference.ANY, room),
        record);
  }

  /// The name of egress's own file tells when the recording began.
  private static String fileName(Recording recording) {
    String file = recording.file();
    String name = "call-recording-" + file.substring(file.lastIndexOf('/') + 1);
    // Most programs tell sound from pictures by the extension, and egress uses one for both.
    return recording.options().video() ? name : name.replaceFirst("\\.mp4$", ".m4a");
  }
}
