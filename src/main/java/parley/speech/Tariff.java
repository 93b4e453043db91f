package parley.speech;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/// What an hour of audio costs at each backend.
///
/// @param selfHostedCents hundredths of the operator's currency
/// @param relayCents hundredths of the operator's currency
public record Tariff(int selfHostedCents, int relayCents) {
  private static final BigDecimal CENT_MILLIS_PER_HOUR = BigDecimal.valueOf(100L * 3_600_000);

  /// The cost in the operator's currency, to a millionth.
  public BigDecimal cost(Backend backend, Duration audio) {
    int cents =
        switch (backend) {
          case A -> selfHostedCents;
          case B -> relayCents;
        };
    return BigDecimal.valueOf(audio.toMillis())
        .multiply(BigDecimal.valueOf(cents))
        .divide(CENT_MILLIS_PER_HOUR, 6, RoundingMode.HALF_UP);
  }
}
