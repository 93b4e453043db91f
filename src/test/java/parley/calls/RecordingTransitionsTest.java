package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import parley.calls.livekit.EgressInfo;
import parley.media.MediaId;

/// What holds of a recording whatever happens to it, in any order and however often.
class RecordingTransitionsTest {
  private static final RecordingTimeouts TIMES =
      new RecordingTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> ORDER =
      List.of("requested", "running", "stopping", "finishing", "collecting", "failed", "completed");

  @Property
  void goesForwardAloneAndNothingChangesItTwice(@ForAll("histories") List<Integer> history) {
    RecordingState state = new RecordingState.Requested(START, false);
    Instant now = START;
    for (int what : history) {
      now = now.plusSeconds(1);
      RecordingInput input = input(what, now);
      RecordingState next = RecordingTransitions.next(state, input, TIMES).state();
      assertThat(rank(next)).isGreaterThanOrEqualTo(rank(state));
      if (isOver(state)) {
        assertThat(next).isEqualTo(state);
      }
      if (!state.mayRecord()) {
        assertThat(next.mayRecord()).as("it never goes on again").isFalse();
      }
      assertThat(RecordingTransitions.next(next, input, TIMES).state())
          .as("a second time changes nothing")
          .isEqualTo(next);
      state = next;
    }
  }

  @Property
  void endsByItselfOnceItIsStoppedAndHasLeftAndNobodySaysAnything(
      @ForAll("histories") List<Integer> history) {
    RecordingState state = new RecordingState.Requested(START, false);
    Instant now = START;
    for (int what : history) {
      now = now.plusSeconds(1);
      state = RecordingTransitions.next(state, input(what, now), TIMES).state();
    }
    state =
        RecordingTransitions.next(
                state, new RecordingInput.Stop(RecordingEndReason.STOPPED, now), TIMES)
            .state();
    for (int seconds = 0; seconds < 120 && !isOver(state); seconds++) {
      now = now.plusSeconds(1);
      state = RecordingTransitions.next(state, new RecordingInput.NotSeen(now), TIMES).state();
      state = RecordingTransitions.next(state, new RecordingInput.Tick(now), TIMES).state();
      if (state instanceof RecordingState.Importing) {
        state =
            RecordingTransitions.next(state, new RecordingInput.FileMissing(now), TIMES).state();
      }
    }
    assertThat(isOver(state)).as(state.toString()).isTrue();
  }

  @Property
  void isBeingStoppedForAsLongAsItIsSeen(@ForAll("histories") List<Integer> history) {
    RecordingState state = new RecordingState.Stopping(START, "EG_1", true, START);
    Instant now = START;
    for (int what : history) {
      now = now.plusSeconds(1);
      RecordingInput input = input(what, now);
      // What egress itself says of its end is looked at in the call's room besides.
      if (!(input instanceof RecordingInput.Reported)) {
        state = RecordingTransitions.next(state, input, TIMES).state();
      }
      state = RecordingTransitions.next(state, new RecordingInput.Seen(now), TIMES).state();
      assertThat(state).isInstanceOf(RecordingState.Stopping.class);
      assertThat(state.isOn()).isTrue();
    }
    for (int hours = 0; hours < 5; hours++) {
      now = now.plusSeconds(3_600);
      assertThat(RecordingTransitions.next(state, new RecordingInput.Tick(now), TIMES).state())
          .as("time alone does not end it")
          .isEqualTo(state);
    }
  }

  @Provide
  Arbitrary<List<Integer>> histories() {
    return Arbitraries.integers().between(0, 17).list().ofMaxSize(30);
  }

  private static RecordingInput input(int what, Instant now) {
    EgressInfo.Status[] statuses = EgressInfo.Status.values();
    if (what < statuses.length) {
      return new RecordingInput.Reported(
          new EgressInfo(
              "EG_1",
              "room",
              statuses[what],
              EgressInfo.End.UNSPECIFIED,
              "",
              null,
              false,
              Set.of()),
          now);
    }
    return switch (what - statuses.length) {
      case 0 -> new RecordingInput.Refused("no", "", now);
      case 1 -> new RecordingInput.Stop(RecordingEndReason.STOPPED, now);
      case 2 -> new RecordingInput.Unknown(now);
      case 3 -> new RecordingInput.FileSeen(now);
      case 4 -> new RecordingInput.FileMissing(now);
      case 5 -> new RecordingInput.Imported(MediaId.random(), now);
      case 6 -> new RecordingInput.Unusable("broken", now);
      case 7 -> new RecordingInput.Seen(now);
      case 8 -> new RecordingInput.NotSeen(now);
      case 9 -> new RecordingInput.LocationUnavailable(now);
      default -> new RecordingInput.Tick(now.plusSeconds(5));
    };
  }

  private static boolean isOver(RecordingState state) {
    return state instanceof RecordingState.Completed
        || (state instanceof RecordingState.Failed failed && !failed.awaitsFile());
  }

  private static int rank(RecordingState state) {
    return ORDER.indexOf(state.text());
  }
}
