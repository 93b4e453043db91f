package parley.storage;

import java.time.LocalDate;
import java.util.List;

/// What a tenant stores, each content counted once, as JSON of the admin API.
///
/// @param days on which something was added that is still stored, in order
public record StorageUsage(long storedBytes, List<Day> days) {
  public StorageUsage {
    days = List.copyOf(days);
  }

  /// What came on a day.
  ///
  /// @param day in UTC
  /// @param addedBytes of contents that are still stored
  public record Day(LocalDate day, long addedBytes) {}
}
