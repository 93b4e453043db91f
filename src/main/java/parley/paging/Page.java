package parley.paging;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a list.
///
/// @param next where the next page begins, or null when this is the last
/// @param total how many entries the whole list has; null when nobody counted that far
public record Page<T>(List<T> items, @Nullable Cursor next, @Nullable Long total) {
  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 200;

  /// So that asking for a page costs no more the longer its list is.
  public static final int MAX_COUNTED = 10_000;

  /// A list that is told at once, whole.
  public static <T> Page<T> whole(List<T> items) {
    return new Page<>(items, null, (long) items.size());
  }

  /// The first `limit` of what was found by asking for one more than that.
  public static <T> Page<T> of(List<T> found, int limit, Function<T, Cursor> place) {
    return found.size() <= limit
        ? new Page<>(found, null, null)
        : new Page<>(found.subList(0, limit), place.apply(found.get(limit - 1)), null);
  }

  /// The number of all entries as it is told: null when it was counted beyond [#MAX_COUNTED].
  public static @Nullable Long total(long counted) {
    return counted > MAX_COUNTED ? null : counted;
  }

  /// The same page, with the number of all entries as [#total] tells it.
  public Page<T> counted(long all) {
    return new Page<>(items, next, total(all));
  }

  /// The same page with its entries as a dialect shows them.
  public <R> Page<R> map(Function<T, R> view) {
    return new Page<>(items.stream().map(view).toList(), next, total);
  }
}
