package parley.rooms;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import parley.events.Audience;
import parley.events.EventLog;
import parley.events.EventType;
import parley.media.Media;
import parley.media.MediaId;
import parley.media.PreparationListener;
import parley.media.ScanListener;
import parley.tenants.RoomId;
import parley.tenants.TenantId;

/// Sends scan verdicts and preparation results to the owners of media and to the rooms that show
/// them.
public final class MediaEvents implements ScanListener, PreparationListener {
  private final RoomFileIndex index;
  private final EventLog events;

  public MediaEvents(RoomFileIndex index, EventLog events) {
    this.index = index;
    this.events = events;
  }

  private record Scanned(MediaId mediaId, String scanStatus) {}

  private record Prepared(
      MediaId mediaId,
      @Nullable String thumbnailId,
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Double duration) {}

  @Override
  public void scanned(Handle transaction, Media media, String verdict) {
    send(transaction, media, EventType.MEDIA_SCAN, new Scanned(media.id(), verdict));
  }

  @Override
  public void prepared(Handle transaction, Media media) {
    send(
        transaction,
        media,
        EventType.MEDIA_READY,
        new Prepared(
            media.id(),
            media.thumbnailId(),
            media.metadata().width(),
            media.metadata().height(),
            media.metadata().duration()));
  }

  /// Sends an event to the owner once, and to everybody else in the rooms that have the file.
  private void send(Handle transaction, Media media, EventType type, Object content) {
    TenantId tenant = media.blob().tenant();
    events.record(transaction, tenant, Audience.user(media.owner()), type, null, content);
    for (RoomId room : index.roomsOf(transaction, tenant, media.id())) {
      events.record(
          transaction, tenant, Audience.roomExcept(room, media.owner()), type, null, content);
    }
  }
}
