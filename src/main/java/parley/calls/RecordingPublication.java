package parley.calls;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.Comparator;
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
import parley.rooms.Member;
import parley.rooms.RoomFileIndex;
import parley.rooms.RoomMessages;
import parley.rooms.Rooms;
import parley.speech.BackendPreference;
import parley.speech.StoredRecordings;
import parley.speech.Transcriptions;
import parley.speech.transcript.SpeechOptions;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Turns recordings into media entries, posts them into their rooms and queues their transcription.
public final class RecordingPublication {
  private final Database database;
  private final MediaLibrary library;
  private final MediaUploads uploads;
  private final RoomFileIndex roomFiles;
  private final RoomMessages messages;
  private final Transcriptions transcriptions;
  private final Rooms rooms;

  public RecordingPublication(
      Database database,
      MediaLibrary library,
      MediaUploads uploads,
      RoomFileIndex roomFiles,
      RoomMessages messages,
      Transcriptions transcriptions,
      Rooms rooms) {
    this.database = database;
    this.library = library;
    this.uploads = uploads;
    this.roomFiles = roomFiles;
    this.messages = messages;
    this.transcriptions = transcriptions;
    this.rooms = rooms;
  }

  private record RecordingMessage(
      String msgtype,
      String body,
      MediaId mediaId,
      CallId callId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserId participantId) {}

  /// Creates a media entry of the [#owner].
  ///
  /// @param record called in the transaction that adds the entry; an exception rolls it back
  void keep(Recording recording, RoomId room, SpoolFile file, BiConsumer<Handle, Media> record)
      throws IOException {
    UserId owner = database.inTransaction(transaction -> owner(transaction, recording, room));
    uploads.storeFor(recording.tenant(), owner, file, fileName(recording), record);
  }

  /// The user who started the recording or, if they have left the room, its first admin: an owner
  /// may read and delete what was said without them.
  UserId owner(Handle transaction, Recording recording, RoomId room) {
    return rooms.isMember(transaction, recording.tenant(), recording.startedBy(), room)
        ? recording.startedBy()
        : rooms.joined(transaction, recording.tenant(), room).stream()
            .max(Comparator.comparingInt(Member::power))
            .map(Member::user)
            .orElse(recording.startedBy());
  }

  /// Attaches an entry to the room and posts a message about it, in the caller's transaction.
  void post(Handle transaction, Recording recording, RoomId room, Media media) {
    roomFiles.attach(transaction, recording.tenant(), room, media.owner(), media.id());
    messages.post(
        transaction,
        recording.tenant(),
        room,
        media.owner(),
        new RecordingMessage(
            "swp.media", media.fileName(), media.id(), recording.call(), recording.participant()));
  }

  /// Queues the transcription of an entry, which is posted into the room in the name of its owner.
  ///
  /// @param record called in the transaction that queues it; an exception rolls it back
  /// @throws Problem if the tenant may not transcribe it, or it has been deleted
  void transcribe(Recording recording, RoomId room, MediaId media, BiConsumer<Handle, JobId> record)
      throws IOException {
    Media stored =
        database
            .inTransaction(transaction -> library.stored(transaction, recording.tenant(), media))
            .orElseThrow(
                () -> new Problem(ProblemCode.MEDIA_NOT_FOUND, "The recording has been deleted."));
    transcriptions.queue(
        stored.owner(),
        new StoredRecordings.Recording(
            stored.id(), stored.blob(), stored.size(), stored.fileName()),
        new Transcriptions.Wish(new SpeechOptions(null, null), BackendPreference.ANY, null, room),
        record);
  }

  /// Names the file by the start of the recording and, if only one participant is recorded, by
  /// their name.
  private String fileName(Recording recording) {
    // Most programs tell audio from video by the extension, and egress uses one for both.
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
            transaction -> TenantTable.userName(transaction, recording.tenant(), participant));
  }
}
