package parley.metering;

/// How usage is grouped within each tenant.
public enum GroupBy {
  /// One group for the whole tenant.
  TENANT,
  USER,
  /// Days in UTC.
  DAY
}
