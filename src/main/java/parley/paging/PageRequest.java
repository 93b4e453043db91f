package parley.paging;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Which page of a list is wanted. Queries bind its methods.
///
/// @param behind the place in the list that the page follows
/// @param limit how many entries it has at most
public record PageRequest(Cursor behind, int limit) {
  /// The time that entries of the page are before, or have with a lesser id than [#beforeId].
  public Instant before() {
    return behind.at();
  }

  public UUID beforeId() {
    return behind.id();
  }

  /// How many entries to query: one more than are shown, which says whether there is another page.
  public int max() {
    return limit + 1;
  }

  /// The page, from what was queried.
  ///
  /// @param place the position of an entry
  public <T> Page<T> page(List<T> found, Function<T, Cursor> place) {
    return found.size() <= limit
        ? new Page<>(found, null, null)
        : new Page<>(found.subList(0, limit), place.apply(found.get(limit - 1)), null);
  }
}
