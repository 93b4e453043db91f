package parley.metering;

/// What usage is summed by, within each tenant.
public enum GroupBy {
  /// One sum for the whole tenant.
  TENANT,
  USER,
  /// Days of UTC.
  DAY
}
