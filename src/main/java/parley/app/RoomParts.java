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
import parley.rooms.RoomFiles;
import parley.rooms.RoomMembers;
import parley.rooms.RoomMessages;
import parley.rooms.RoomRoutes;
import parley.rooms.Rooms;
import parley.tenants.TenantTable;
import parley.web.Route;

/// The rooms of a server, wired.
///
/// @param rooms for other features to ask who is in a room
/// @param messages for other features to post into rooms
/// @param files for other features to put files into rooms
record RoomParts(Rooms rooms, RoomMessages messages, RoomFiles files, List<Route> routes) {
  static RoomParts of(
      Database database,
      TenantTable tenants,
      EventParts events,
      MediaLibrary library,
      MeterRegistry meters,
      Clock clock) {
    Gauge.builder("events.listeners", events.feed(), EventFeed::listeners).register(meters);
    EventReader reader = new EventReader(database);
    RoomMembers members = new RoomMembers(database, tenants, events.log(), clock);
    Rooms rooms = new Rooms(database, members, clock);
    RoomFiles files = new RoomFiles(database, rooms, library, clock);
    RoomMessages messages = new RoomMessages(database, rooms, files, events.log(), reader);
    List<Route> routes =
        Stream.of(
                new RoomRoutes(rooms, members, messages).routes(),
                new EventRoutes(reader, events.feed()).routes())
            .flatMap(List::stream)
            .toList();
    return new RoomParts(rooms, messages, files, routes);
  }
}
