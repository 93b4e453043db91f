package parley.rooms;

import org.jdbi.v3.core.Handle;
import parley.tenants.RoomId;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// Hears who is in a room no more, for what else goes with that.
@FunctionalInterface
public interface Departures {
  /// A user has left a room or was removed from it, in this transaction; or declined an invitation.
  void left(Handle transaction, TenantId tenant, RoomId room, UserId user);
}
