package parley.rooms;

import org.jdbi.v3.core.Handle;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Notified of every user who is no longer in a room.
@FunctionalInterface
public interface DepartureListener {
  /// Called in the transaction in which a user leaves a room, is removed from it or declines an
  /// invitation.
  void left(Handle transaction, TenantId tenant, RoomId room, UserId user);
}
