package parley.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A tenant and its limits.
///
/// @param maxStorageMb the most it may store in MiB, or null for no limit
/// @param retentionDays after how many days its media go unless an upload says otherwise, or null
///   for never
/// @param videoOptions how its calls are recorded unless who records says otherwise
public record Tenant(
    TenantId id,
    String name,
    @Nullable Long maxStorageMb,
    boolean recordingsEnabled,
    @Nullable Long speechBudgetSeconds,
    @Nullable Integer retentionDays,
    VideoOptions videoOptions,
    Instant createdAt) {}
