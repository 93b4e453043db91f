package parley.metering;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import parley.tenants.TenantId;
import parley.tenants.UserId;

/// One metered transcription.
///
/// @param job the id of the job or live stream, unique so that no work is metered twice
/// @param backend `A` or `B`
/// @param latency from the request to the result, including the time in the queue
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
