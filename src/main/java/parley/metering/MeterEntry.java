package parley.metering;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One transcription, as the meter keeps it.
///
/// @param job the work's id, which makes a second entry for the same work impossible
/// @param backend `A` or `B`
/// @param latency from the request to the result, the time in the queue included
/// @param cost in the operator's currency
public record MeterEntry(
    TenantId tenant,
    UserId user,
    UUID job,
    String backend,
    String model,
    Duration audio,
    Duration latency,
    BigDecimal cost,
    Instant finishedAt) {}
