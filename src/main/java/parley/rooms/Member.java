package parley.rooms;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// A user as a member of a room.
///
/// @param power 0 to 100; see [RoomMembers] for what it allows
/// @param joinedAt when the user last joined; null if never
public record Member(
    UserId user, String name, Membership membership, int power, @Nullable Instant joinedAt) {
  /// The minimum power of an admin.
  public static final int ADMIN_POWER = 50;

  /// The power of the creator.
  public static final int MAX_POWER = 100;

  public boolean isJoined() {
    return membership == Membership.JOIN;
  }

  public boolean isAdmin() {
    return isJoined() && power >= ADMIN_POWER;
  }

  Member with(Membership newMembership, int newPower, @Nullable Instant newJoinedAt) {
    return new Member(user, name, newMembership, newPower, newJoinedAt);
  }
}
