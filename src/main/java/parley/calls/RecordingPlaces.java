package parley.calls;

import java.io.IOException;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import parley.jobs.JobId;
import parley.media.Media;
import parley.media.MediaId;
import parley.storage.SpoolFile;
import parley.tenants.RoomId;

/// What recordings need of other features: to be kept, shown and transcribed.
public interface RecordingPlaces {
  /// Makes a file a media entry of who started the recording.
  ///
  /// @param record called in the transaction that adds the entry, which is undone when it throws
  void keep(Recording recording, SpoolFile file, BiConsumer<Handle, Media> record)
      throws IOException;

  /// Makes an entry one of the room's files and tells the room, in the caller's transaction.
  void show(Handle transaction, Recording recording, RoomId room, Media media);

  /// Queues the transcription of an entry, to be posted into the room in the name of who started
  /// the recording.
  ///
  /// @param record called in the transaction that queues it, which is undone when it throws
  /// @throws parley.problem.Problem when the tenant may not have it transcribed, or it is gone
  void transcribe(Recording recording, RoomId room, MediaId media, BiConsumer<Handle, JobId> record)
      throws IOException;
}
