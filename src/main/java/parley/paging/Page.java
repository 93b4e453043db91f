package parley.paging;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a list.
///
/// @param next the start of the next page; null on the last page
/// @param total the number of entries of the whole list; null when it is unknown or larger than
///   [#MAX_COUNTED]
public record Page<T>(List<T> items, @Nullable Cursor next, @Nullable Long total) {
  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 200;

  /// Entries are counted up to this number, so that the cost of a page does not grow with the list.
  public static final int MAX_COUNTED = 10_000;

  /// The whole list as one page.
  public static <T> Page<T> whole(List<T> items) {
    return new Page<>(items, null, (long) items.size());
  }

  /// All entries of a list, which is read page by page.
  public static <T> List<T> all(Function<PageRequest, Page<T>> list) {
    List<T> found = new ArrayList<>();
    for (Cursor behind = Cursor.START; behind != null; ) {
      Page<T> page = list.apply(new PageRequest(behind, MAX_LIMIT));
      found.addAll(page.items());
      behind = page.next();
    }
    return found;
  }

  /// The total for clients: null when more than [#MAX_COUNTED] entries were counted.
  public static @Nullable Long total(long counted) {
    return counted > MAX_COUNTED ? null : counted;
  }

  /// Adds the total number of entries.
  public Page<T> counted(long all) {
    return new Page<>(items, next, total(all));
  }

  /// Converts the entries.
  public <R> Page<R> map(Function<T, R> view) {
    return new Page<>(items.stream().map(view).toList(), next, total);
  }
}
