package parley.calls;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.db.Database;
import parley.filenames.FileName;
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
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Makes recordings media entries, posts them into their rooms and has them transcribed.
public final class RecordingPublication {
  private final Database database;
  private final MediaLibrary library;
  private final MediaUploads uploads;
  private final RoomFileIndex roomFiles;
  private final RoomMessages messages;
  private final Transcriptions transcriptions;
  private final TenantTable tenants = new TenantTable();

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

  private record RecordingMessage(
      String msgtype,
      String body,
      MediaId mediaId,
      CallId callId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserId participantId) {}

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
        new RecordingMessage(
            "swp.media", media.fileName(), media.id(), recording.call(), recording.participant()));
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
        new Transcriptions.Wish(new SpeechOptions(null, null), BackendPreference.ANY, null, room),
        record);
  }

  /// Tells when the recording began, and of which participant it is, if of one.
  private String fileName(Recording recording) {
    // Most programs tell sound from pictures by the extension, and egress uses one for both.
    String extension = recording.options().video() ? ".mp4" : ".m4a";
    String name = "call-recording-" + RecordingFiles.time(recording.startedAt());
    return participantName(recording)
        .map(participant -> FileName.clean(name + "-" + participant + extension, name + extension))
        .orElse(name + extension);
  }

  private Optional<String> participantName(Recording recording) {
    UserId participant = recording.participant();
    return participant == null
        ? Optional.empty()
        : database.inTransaction(
            transaction -> tenants.userName(transaction, recording.tenant(), participant));
  }
}
