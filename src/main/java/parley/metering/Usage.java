package parley.metering;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The usage of a tenant, or of one group within it, as JSON of the admin API.
///
/// @param userId null unless grouped by user
/// @param user the user's name; null unless grouped by user
/// @param day in UTC; null unless grouped by day
/// @param cost in the operator's currency
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Usage(
    UUID tenantId,
    String tenant,
    @Nullable UUID userId,
    @Nullable String user,
    @Nullable LocalDate day,
    long calls,
    double audioSeconds,
    double latencySeconds,
    BigDecimal cost) {}
