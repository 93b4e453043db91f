package parley.rooms;

import org.jdbi.v3.core.Handle;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Is told of everybody who is no longer in a room.
@FunctionalInterface
public interface DepartureListener {
  /// A user leaves a room, is removed from it or declines an invitation, in this transaction.
  void left(Handle transaction, TenantId tenant, RoomId room, UserId user);
}
