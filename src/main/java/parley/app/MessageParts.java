package parley.app;

import java.util.List;
import java.util.stream.Stream;
import parley.calls.TranscribedRecordings;
import parley.media.MediaLibrary;
import parley.rooms.RoomFileRoutes;
import parley.rooms.RoomFiles;
import parley.rooms.RoomMessages;
import parley.rooms.RoomRoutes;
import parley.rooms.RoomTranscripts;
import parley.web.Route;

/// The messages and files of rooms, wired.
///
/// @param messages for other features to post into rooms
/// @param transcripts which posts transcripts into rooms
record MessageParts(RoomMessages messages, RoomTranscripts transcripts, List<Route> routes) {
  static MessageParts of(
      Foundation base, EventParts events, RoomParts rooms, MediaLibrary library) {
    RoomFiles files = new RoomFiles(base.database(), rooms.files(), rooms.rooms(), library);
    RoomMessages messages =
        new RoomMessages(base.database(), rooms.rooms(), files, events.log(), events.reader());
    return new MessageParts(
        messages,
        new RoomTranscripts(rooms.rooms(), rooms.files(), messages, new TranscribedRecordings()),
        Stream.of(
                new RoomRoutes(rooms.rooms(), rooms.members(), messages).routes(),
                new RoomFileRoutes(files).routes())
            .flatMap(List::stream)
            .toList());
  }
}
