package parley.app;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import parley.auth.Caller;
import parley.calls.TranscribedRecordings;
import parley.db.Database;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;
import parley.jobs.Job;
import parley.media.Media;
import parley.media.MediaId;
import parley.media.MediaRooms;
import parley.rooms.Member;
import parley.rooms.RoomFileIndex;
import parley.rooms.RoomMembers;
import parley.rooms.Rooms;
import parley.speech.TranscriptRooms;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.UserId;

/// Who is in which room, and what media, jobs and transcripts need to know of it.
record RoomDoors(
    Database database,
    EventLog events,
    RoomMembers members,
    Rooms rooms,
    RoomFileIndex index,
    TranscribedRecordings recordings) {
  static RoomDoors of(Database database, TenantTable tenants, EventLog events, Clock clock) {
    RoomMembers members = new RoomMembers(database, tenants, events, clock);
    return new RoomDoors(
        database,
        events,
        members,
        new Rooms(database, members, clock),
        new RoomFileIndex(clock),
        new TranscribedRecordings());
  }

  private void requireMember(Caller caller, RoomId room) {
    database.useTransaction(
        transaction -> rooms.requireMember(transaction, caller.tenant(), caller.user(), room));
  }

  /// For speakers: whose voices belong to a room.
  Set<UserId> members(Caller caller, RoomId room) {
    return database.inTransaction(transaction -> {
      rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
      return rooms.joined(transaction, caller.tenant(), room).stream()
          .map(Member::user)
          .collect(Collectors.toSet());
    });
  }

  /// For media: who reads what a room shows.
  MediaRooms forMedia() {
    return new MediaRooms() {
      @Override
      public void requireMember(Caller caller, RoomId room) {
        RoomDoors.this.requireMember(caller, room);
      }

      @Override
      public void attach(Handle transaction, Caller caller, RoomId room, MediaId media) {
        rooms.requireMember(transaction, caller.tenant(), caller.user(), room);
        index.attach(transaction, caller.tenant(), room, caller.user(), media);
      }

      @Override
      public boolean isShown(Handle transaction, TenantId tenant, UserId user, MediaId media) {
        return index.isShown(transaction, tenant, user, media);
      }
    };
  }

  /// For transcripts: where they are posted.
  TranscriptRooms forTranscripts() {
    return new TranscriptRooms() {
      @Override
      public void requireMember(Caller caller, RoomId room) {
        RoomDoors.this.requireMember(caller, room);
      }

      @Override
      public void post(Handle transaction, Post post) {
        if (post.text().isBlank()) {
          return;
        }
        if (!rooms.isMember(transaction, post.tenant(), post.user(), post.room())
            && !isFileOf(transaction, post)) {
          return;
        }
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("msgtype", "swp.audio_transcript");
        content.put("job_id", post.job().toString());
        content.put("media_id", post.media() == null ? null : post.media().toString());
        recordings
            .callOf(transaction, post.tenant(), post.job())
            .ifPresent(call -> content.put("call_id", call.toString()));
        content.put("text", post.text());
        content.put("language", post.language());
        events.record(
            transaction,
            post.tenant(),
            Audience.room(post.room()),
            EventType.ROOM_MESSAGE,
            post.user(),
            content);
      }
    };
  }

  /// A recording of a call stays the room's when who started it goes, and so does what was said.
  private boolean isFileOf(Handle transaction, TranscriptRooms.Post post) {
    MediaId media = post.media();
    return media != null && index.roomsOf(transaction, post.tenant(), media).contains(post.room());
  }

  /// Tells a verdict to those who have to do with the entry.
  void scanned(Handle transaction, Media media, String verdict) {
    tell(
        transaction,
        media,
        EventType.MEDIA_SCAN,
        Map.of("media_id", media.id().toString(), "scan_status", verdict));
  }

  /// Tells what was found out of an entry's content to those who have to do with it.
  void prepared(Handle transaction, Media media) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("media_id", media.id().toString());
    content.put("thumbnail_id", media.thumbnailId());
    content.put("width", media.facts().width());
    content.put("height", media.facts().height());
    content.put("duration", media.facts().duration());
    tell(transaction, media, EventType.MEDIA_READY, content);
  }

  /// Tells the owner, once, and everybody else in the rooms that have the file.
  private void tell(Handle transaction, Media media, EventType type, Map<String, Object> content) {
    TenantId tenant = media.content().tenant();
    events.record(transaction, tenant, Audience.user(media.owner()), type, null, content);
    for (RoomId room : index.roomsOf(transaction, tenant, media.id())) {
      events.record(
          transaction, tenant, Audience.roomExcept(room, media.owner()), type, null, content);
    }
  }

  /// Tells who asked for a job how it goes.
  void jobChanged(Handle transaction, Job job, String status, double progress) {
    events.record(
        transaction,
        job.tenant(),
        Audience.user(job.user()),
        EventType.JOB,
        null,
        Map.of("job_id", job.id().toString(), "status", status, "progress", progress));
  }
}
