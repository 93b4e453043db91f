package parley.tenants;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/// A tenant and its limits; as JSON of the admin API.
///
/// @param maxStorageMb the storage quota in MiB; null for no limit
/// @param speechBudgetSeconds the audio to transcribe in a calendar month of UTC; null for no limit
/// @param retentionDays the default retention of uploads; null for no expiry
/// @param recordingParticipants whether calls are recorded per participant by default
/// @param videoOptions the default for recordings of its calls
public record Tenant(
    TenantId id,
    String name,
    @Nullable Long maxStorageMb,
    boolean recordingsEnabled,
    @Nullable Long speechBudgetSeconds,
    @Nullable Integer retentionDays,
    boolean recordingParticipants,
    @JsonUnwrapped(prefix = "recording_") @Nested("recording") VideoOptions videoOptions,
    Instant createdAt) {}
