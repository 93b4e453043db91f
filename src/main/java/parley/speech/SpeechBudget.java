package parley.speech;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import parley.jobs.Job;
import parley.metering.AudioEstimate;
import parley.metering.Meter;
import parley.problem.Problem;
import parley.problem.ServiceUnavailable;
import parley.tenants.TenantId;

/// Keeps the work on recordings within the budgets of their tenants. What a recording will take is
/// set aside when its job is queued, so that jobs that run together cannot spend the same rest.
public final class SpeechBudget {
  /// Speech is seldom packed tighter than in 16 kbit/s; so a recording that does not say how long
  /// it is counts as rather too long.
  private static final int MIN_BYTES_PER_SECOND = 2_000;

  private final Meter meter;
  private final RecordingLength length;
  private final ChannelFiles channels;

  public SpeechBudget(Meter meter, RecordingLength length, ChannelFiles channels) {
    this.meter = meter;
    this.length = length;
    this.channels = channels;
  }

  /// Whether the tenant has a budget at all.
  boolean limits(TenantId tenant) {
    return meter.remaining(tenant).isPresent();
  }

  /// Measures what is to be set aside for a recording; empty for a tenant without a budget.
  ///
  /// @param separately whether each channel is to be transcribed on its own
  /// @throws Problem BUDGET_EXCEEDED when nothing is left
  Optional<AudioEstimate> claim(TenantId tenant, Path recording, boolean separately)
      throws IOException {
    Optional<Duration> left = meter.remaining(tenant);
    if (left.isEmpty()) {
      return Optional.empty();
    }
    if (left.get().isZero()) {
      throw Meter.exceeded();
    }
    Duration guess = Duration.ofSeconds(Files.size(recording) / MIN_BYTES_PER_SECOND);
    try {
      Optional<Duration> announced = length.of(recording);
      int times = separately ? channels.count(recording) : 1;
      return Optional.of(
          new AudioEstimate(announced.orElse(guess).multipliedBy(times), announced.isPresent()));
    } catch (Problem refused) {
      // The job will say so, and takes nothing.
      return Optional.of(new AudioEstimate(Duration.ZERO, true));
    } catch (ServiceUnavailable decoder) {
      // The job waits for it.
      return Optional.of(new AudioEstimate(guess, false));
    }
  }

  /// Sets the claim aside until the job has ended, within the transaction that queues it.
  ///
  /// @throws Problem BUDGET_EXCEEDED when less is left
  void reserve(Handle transaction, Job job, AudioEstimate claim) {
    meter.reserve(transaction, job.tenant(), job.id().value(), claim);
  }

  /// Checks once more before the work: the budget may have been lowered since the job was queued,
  /// and the recording may be longer than it says.
  ///
  /// @param times how often the recording's length is to be transcribed
  /// @throws Problem BUDGET_EXCEEDED when that is longer than what is not spent yet
  void check(TenantId tenant, Path recording, int times) throws IOException {
    Optional<Duration> unspent = meter.unspent(tenant);
    if (unspent.isEmpty()) {
      return;
    }
    if (unspent.get().isZero()
        || length.measured(recording).multipliedBy(times).compareTo(unspent.get()) > 0) {
      throw Meter.exceeded();
    }
  }
}
