package parley.speech;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.jobs.JobId;
import parley.media.MediaId;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// What transcripts need from rooms: a place where others read them.
public interface TranscriptRooms {
  /// A finished transcript for a room.
  ///
  /// @param user who asked for it
  /// @param media the recording's entry, if it has one
  /// @param language ISO 639-1; null when nothing was spoken
  record Post(
      TenantId tenant,
      RoomId room,
      UserId user,
      JobId job,
      @Nullable MediaId media,
      String text,
      @Nullable String language) {}

  /// Throws the problem ROOM_NOT_FOUND or NOT_MEMBER unless the caller is a member of the room.
  void requireMember(Caller caller, RoomId room);

  /// Posts it, in the transaction that completes the job. It is passed over when who asked for it
  /// is no member any more.
  void post(Handle transaction, Post post);
}
