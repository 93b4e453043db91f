package parley.rooms;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.jobs.JobId;
import parley.media.MediaId;
import parley.speech.TranscriptRooms;
import parley.tenants.RoomId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Posts transcripts into rooms.
public final class RoomTranscripts implements TranscriptRooms {
  private final Rooms rooms;
  private final RoomFileIndex index;
  private final RoomMessages messages;
  private final TranscribedCalls calls;

  public RoomTranscripts(
      Rooms rooms, RoomFileIndex index, RoomMessages messages, TranscribedCalls calls) {
    this.rooms = rooms;
    this.index = index;
    this.messages = messages;
    this.calls = calls;
  }

  private record TranscriptMessage(
      String msgtype,
      JobId jobId,
      @Nullable MediaId mediaId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String callId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UserId participantId,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String displayName,
      String text,
      @Nullable String language) {}

  @Override
  public void requireMember(Caller caller, RoomId room) {
    rooms.requireMember(caller, room);
  }

  /// Posts a transcript unless it is empty or no longer concerns the room: the user has left, and
  /// the recording is not among its files. A call's recording stays with the room when the user who
  /// started it leaves, and so does its transcript.
  @Override
  public void post(Handle transaction, Post post) {
    if (post.text().isBlank() || !concerns(transaction, post)) {
      return;
    }
    Optional<TranscribedCalls.Source> source =
        calls.sourceOf(transaction, post.tenant(), post.job());
    UserId participant = source.map(TranscribedCalls.Source::participant).orElse(null);
    messages.post(
        transaction,
        post.tenant(),
        post.room(),
        post.user(),
        new TranscriptMessage(
            RoomMessages.TRANSCRIPT,
            post.job(),
            post.media(),
            source.map(TranscribedCalls.Source::call).orElse(null),
            participant,
            participant == null
                ? null
                : TenantTable.userName(transaction, post.tenant(), participant).orElse(null),
            post.text(),
            post.language()));
  }

  private boolean concerns(Handle transaction, Post post) {
    MediaId media = post.media();
    return rooms.isMember(transaction, post.tenant(), post.user(), post.room())
        || (media != null
            && index.roomsOf(transaction, post.tenant(), media).contains(post.room()));
  }
}
