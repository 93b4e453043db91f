package parley.rooms;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.UserId;

/// A user as a room knows them.
///
/// @param power 0 to 100; see [RoomMembers] for what it allows
/// @param joinedAt when they last came in; null as long as they never have
public record Member(
    UserId user, String name, Membership membership, int power, @Nullable Instant joinedAt) {
  /// From here on a member is an admin of the room.
  public static final int ADMIN_POWER = 50;

  /// What the creator has, and the most there is.
  public static final int MOST_POWER = 100;

  public boolean isAdmin() {
    return membership == Membership.JOIN && power >= ADMIN_POWER;
  }

  Member with(Membership newMembership, int newPower, @Nullable Instant newJoinedAt) {
    return new Member(user, name, newMembership, newPower, newJoinedAt);
  }
}
