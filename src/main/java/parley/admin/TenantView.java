package parley.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import parley.tenants.Tenant;
import parley.tenants.TenantId;

/// A tenant in the admin API; null means no limit.
record TenantView(
    TenantId id,
    String name,
    @Nullable Long maxStorageMb,
    boolean recordingsEnabled,
    @Nullable Long speechBudgetSeconds,
    @Nullable Integer retentionDays,
    boolean recordingParticipants,
    @Nullable String recordingLayout,
    @Nullable Integer recordingWidth,
    @Nullable Integer recordingHeight,
    @Nullable Integer recordingVideoKbps,
    Instant createdAt) {
  static TenantView of(Tenant tenant) {
    return new TenantView(
        tenant.id(),
        tenant.name(),
        tenant.maxStorageMb(),
        tenant.recordingsEnabled(),
        tenant.speechBudgetSeconds(),
        tenant.retentionDays(),
        tenant.recordingParticipants(),
        tenant.videoOptions().layout(),
        tenant.videoOptions().width(),
        tenant.videoOptions().height(),
        tenant.videoOptions().videoKbps(),
        tenant.createdAt());
  }
}
