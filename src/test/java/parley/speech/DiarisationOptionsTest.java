package parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Caller;
import parley.auth.KeyId;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.diarisation.SpeakerCount;
import parley.tenants.TenantId;
import parley.tenants.UserId;

class DiarisationOptionsTest {
  private static Caller caller(Permission first, Permission... more) {
    return new Caller(
        KeyId.random(), TenantId.random(), UserId.random(), EnumSet.of(first, more), null);
  }

  private static Optional<DiarisationOptions> parsed(Map<String, String> fields) {
    return DiarisationOptions.parse(
        caller(Permission.DIARIZE), name -> Optional.ofNullable(fields.get(name)));
  }

  @Test
  void readsNothingUnlessAskedForSpeakers() {
    assertThat(parsed(Map.of())).isEmpty();
    assertThat(parsed(Map.of("diarize", "False", "num_speakers", "many"))).isEmpty();
  }

  @Test
  void readsHowManySpeakersThereAre() {
    assertThat(parsed(Map.of("diarize", "True")).orElseThrow().count()).isEqualTo(SpeakerCount.ANY);
    assertThat(parsed(Map.of("diarize", "1", "num_speakers", "3")).orElseThrow().count())
        .isEqualTo(SpeakerCount.exactly(3));
    assertThat(
            parsed(Map.of("diarize", "true", "min_speakers", "2", "max_speakers", "4"))
                .orElseThrow()
                .count())
        .isEqualTo(new SpeakerCount(2, 4));
    assertThat(
            parsed(Map.of("diarize", "true", "channels", "separate"))
                .orElseThrow()
                .separateChannels())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "diarize, maybe, channels, mixed, diarize",
    "num_speakers, 0, channels, mixed, num_speakers",
    "num_speakers, 65, channels, mixed, num_speakers",
    "min_speakers, 2.5, channels, mixed, min_speakers",
    "max_speakers, many, channels, mixed, max_speakers",
    "min_speakers, 4, max_speakers, 3, min_speakers",
    "num_speakers, 4, max_speakers, 3, num_speakers",
    "num_speakers, 2, channels, separate, num_speakers",
    "max_speakers, 2, channels, separate, max_speakers",
    "channels, left, max_speakers, 3, channels",
  })
  void namesTheFieldThatIsWrong(
      String field, String value, String other, String otherValue, String named) {
    Map<String, String> fields = Map.of(field, value, other, otherValue);

    Problem problem =
        catchThrowableOfType(
            Problem.class,
            () ->
                DiarisationOptions.parse(
                    caller(Permission.DIARIZE),
                    name ->
                        Optional.ofNullable(fields.get(name))
                            .or(() ->
                                name.equals("diarize") ? Optional.of("true") : Optional.empty())));

    assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION);
    assertThat(problem.details().getFirst().field()).isEqualTo(named);
  }

  @Test
  void needsThePermission() {
    Problem problem =
        catchThrowableOfType(
            Problem.class,
            () ->
                DiarisationOptions.parse(
                    caller(Permission.TRANSCRIBE),
                    name -> name.equals("diarize") ? Optional.of("true") : Optional.empty()));

    assertThat(problem.code()).isEqualTo(ProblemCode.PERMISSION_DENIED);
    assertThat(problem.message()).contains("scaiecho:diarize");
  }
}
