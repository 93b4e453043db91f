package parley.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import parley.db.Database;
import parley.events.EventFeed;
import parley.events.EventReader;
import parley.events.EventRoutes;
import parley.media.MediaLibrary;
import parley.rooms.RoomFileIndex;
import parley.rooms.RoomFileRoutes;
import parley.rooms.RoomFiles;
import parley.rooms.RoomMessages;
import parley.rooms.RoomRoutes;
import parley.rooms.Rooms;
import parley.web.Route;

/// The rooms of a server, wired.
///
/// @param rooms for other features to ask who is in a room
/// @param messages for other features to post into rooms
/// @param files for other features to put files into rooms
record RoomParts(Rooms rooms, RoomMessages messages, RoomFileIndex files, List<Route> routes) {
  static RoomParts of(
      Database database,
      EventParts events,
      RoomDoors doors,
      MediaLibrary library,
      String serverName,
      MeterRegistry meters,
      Clock clock) {
    Gauge.builder("events.listeners", events.feed(), EventFeed::listeners).register(meters);
    EventReader reader = new EventReader(database);
    RoomFiles files = new RoomFiles(database, doors.index(), doors.rooms(), library);
    RoomMessages messages = new RoomMessages(database, doors.rooms(), files, events.log(), reader);
    List<Route> routes =
        Stream.of(
                new RoomRoutes(doors.rooms(), doors.members(), messages).routes(),
                new RoomFileRoutes(files).routes(),
                new EventRoutes(reader, events.feed(), serverName, clock).routes())
            .flatMap(List::stream)
            .toList();
    return new RoomParts(doors.rooms(), messages, doors.index(), routes);
  }
}
