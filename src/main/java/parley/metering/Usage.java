package parley.metering;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a tenant, or a part of it, used. JSON of the admin API.
///
/// @param userId null unless summed by user
/// @param user the user's name; null unless summed by user
/// @param day in UTC; null unless summed by day
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
