package parley.speech;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import parley.auth.Caller;
import parley.auth.Permission;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speakers.RosterSelection;
import parley.speech.diarisation.SpeakerCount;
import parley.text.Parsed;

/// How the speakers of a recording or stream are distinguished, and who may be named.
///
/// @param separateChannels whether each channel is one speaker, as in recordings of calls with a
///   channel per side; `count` is [SpeakerCount#ANY] then
public record DiarisationOptions(
    RosterSelection roster, SpeakerCount count, boolean separateChannels) {
  /// Parses `diarize` and, if that is true, `speakers`, `num_speakers`, `min_speakers`,
  /// `max_speakers` and `channels` (`mixed` or `separate`). Otherwise these are ignored.
  ///
  /// @param fields the value of each field as text, as in a form
  /// @return empty unless the request asks for diarisation
  /// @throws Problem PERMISSION_DENIED for a caller without the permission, VALIDATION for an
  ///   invalid value or a contradiction, and whatever [RosterSelection#parse] throws
  public static Optional<DiarisationOptions> parse(
      Caller caller, Function<String, Optional<String>> fields) {
    if (!flag(fields.apply("diarize"))) {
      return Optional.empty();
    }
    requirePermission(caller);
    boolean separate = separate(fields.apply("channels"));
    return Optional.of(
        new DiarisationOptions(
            RosterSelection.parse(fields.apply("speakers")), count(fields, separate), separate));
  }

  /// Requires the permission to have speakers distinguished.
  ///
  /// @throws Problem PERMISSION_DENIED without it
  static void requirePermission(Caller caller) {
    if (!caller.may(Permission.DIARIZE)) {
      throw new Problem(
          ProblemCode.PERMISSION_DENIED,
          "This needs the permission " + Permission.DIARIZE.text() + ".");
    }
  }

  private static boolean flag(Optional<String> text) {
    return switch (text.map(value -> value.strip().toLowerCase(Locale.ROOT)).orElse("false")) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw Problem.invalid("diarize", "is true or false");
    };
  }

  private static boolean separate(Optional<String> text) {
    return switch (text.map(String::strip).orElse("mixed")) {
      case "separate" -> true;
      case "mixed" -> false;
      default -> throw Problem.invalid("channels", "is mixed or separate");
    };
  }

  private static SpeakerCount count(
      Function<String, Optional<String>> fields, boolean separateChannels) {
    Optional<Integer> exact = number("num_speakers", fields);
    Optional<Integer> min = number("min_speakers", fields);
    Optional<Integer> max = number("max_speakers", fields);
    if (separateChannels) {
      String given =
          exact.isPresent() ? "num_speakers" : min.isPresent() ? "min_speakers" : "max_speakers";
      if (exact.isPresent() || min.isPresent() || max.isPresent()) {
        throw Problem.invalid(
            given, "contradicts channels=separate, where each channel is one speaker");
      }
      return SpeakerCount.ANY;
    }
    int lower = min.orElse(SpeakerCount.ANY.min());
    int upper = max.orElse(SpeakerCount.ANY.max());
    if (lower > upper) {
      throw Problem.invalid("min_speakers", "is greater than 'max_speakers'");
    }
    if (exact.isEmpty()) {
      return new SpeakerCount(lower, upper);
    }
    if (exact.get() < lower || exact.get() > upper) {
      throw Problem.invalid("num_speakers", "contradicts 'min_speakers' or 'max_speakers'");
    }
    return SpeakerCount.exactly(exact.get());
  }

  private static Optional<Integer> number(String name, Function<String, Optional<String>> fields) {
    return fields
        .apply(name)
        .map(text ->
            Parsed.of(text.strip(), Integer::valueOf)
                .filter(number -> number >= 1 && number <= SpeakerCount.MAX)
                .orElseThrow(() ->
                    Problem.invalid(name, "is a whole number from 1 to " + SpeakerCount.MAX)));
  }
}
