package parley.app;

import parley.events.EventLog;
import parley.rooms.RoomFileIndex;
import parley.rooms.RoomMembers;
import parley.rooms.Rooms;

/// The rooms of a server and what they need of no other feature, wired.
///
/// @param members for calls to follow who leaves
/// @param rooms for other features to check who is in a room
/// @param files for other features to attach files to rooms
record RoomParts(RoomMembers members, Rooms rooms, RoomFileIndex files) {
  static RoomParts of(Foundation base, EventLog events) {
    RoomMembers members = new RoomMembers(base.database(), events, base.clock());
    Rooms rooms = new Rooms(base.database(), members, base.clock());
    return new RoomParts(members, rooms, new RoomFileIndex(rooms, base.clock()));
  }
}
