package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speakers.Voices.CONSENT;
import static parley.speakers.Voices.MORE;
import static parley.speakers.Voices.OTHER;
import static parley.speakers.Voices.POLICY;
import static parley.speakers.Voices.REFERENCE;
import static parley.speakers.Voices.SPEAKERS;
import static parley.speakers.Voices.enrol;
import static parley.speakers.Voices.fields;
import static parley.speakers.Voices.form;
import static parley.speakers.Voices.path;
import static parley.speakers.Voices.with;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Making profiles of people who agreed to it, with real voices.
@Tag("server")
class EnrolmentTest {
  private static final TestServer SERVER = TestServer.shared();

  private final TestCaller alice = SERVER.newTenant();

  @Test
  void enrolsWhomTheFormOfTheQuickstartNames() {
    Answer enrolled = enrol(alice);

    assertThat(enrolled.status()).as(enrolled.text()).isEqualTo(202);
    assertThat(enrolled.at("/data/id")).startsWith("spk-");
    Answer shown = alice.get(path(enrolled));
    assertThat(shown.json()).isEqualTo(enrolled.json());
    assertThat(shown.at("/data/status")).isEqualTo("ready");
    assertThat(shown.at("/data/display_name")).isEqualTo("Alice");
    assertThat(shown.at("/data/language_primary")).isEqualTo("en");
    assertThat(shown.json().at("/data/percent").asInt()).isBetween(40, 80);
    assertThat(shown.at("/data/model")).isNotBlank();
    assertThat(Duration.between(Instant.now(), Instant.parse(shown.at("/data/expires_at"))))
        .isBetween(Duration.ofDays(1095), Duration.ofDays(1096));
    assertThat(alice.get(SPEAKERS).at("/data/0/id")).isEqualTo(enrolled.at("/data/id"));
    assertThat(alice.get(SPEAKERS).at("/meta/total")).isEqualTo("1");

    JsonNode preflight = enrolled.json().at("/data/preflight");
    assertThat(preflight.at("/reference/duration_seconds").asDouble()).isEqualTo(15.0);
    assertThat(preflight.at("/reference/speech_seconds").asDouble()).isBetween(8.0, 15.0);
    assertThat(preflight.at("/reference/voices").asInt()).isEqualTo(1);
    assertThat(preflight.at("/reference/snr_db").asDouble()).isBetween(15.0, 60.0);
    assertThat(preflight.at("/consent/speech_seconds").asDouble()).isBetween(2.0, 5.06);
    assertThat(preflight.at("/same_voice").asDouble()).isBetween(0.5, 1.0);
    assertThat(preflight.at("/consent_text_match").asDouble()).isBetween(0.0, 0.4);
    assertThat(preflight.at("/fail_reasons")).isEmpty();
  }

  @Test
  void enrolsNobodyOnceThePolicyForbidsItWhileTheRecordingsAreMeasured() throws Exception {
    List<String> before = SERVER.storedFiles();

    Answer refused = enrolledWhile("{\"enrolment\": false}");

    assertThat(refused.status()).as(refused.text()).isEqualTo(403);
    assertThat(refused.at("/error/code")).isEqualTo("SPEAKER_POLICY_FORBIDS");
    assertThat(rows("speakers")).isZero();
    assertThat(SERVER.storedFiles()).isEqualTo(before);
  }

  @Test
  void keepsAProfileNoLongerThanThePolicyAllowsThatCameWhileTheRecordingsWereMeasured()
      throws Exception {
    Answer enrolled = enrolledWhile("{\"max_age_days\": 10}");

    assertThat(enrolled.status()).as(enrolled.text()).isEqualTo(202);
    assertThat(Instant.parse(enrolled.at("/data/expires_at")))
        .isBefore(Instant.now().plus(Duration.ofDays(10)));
  }

  @Test
  void keepsNothingOfSomebodyWhoDidNotReadTheTextOutIfThatWasDemandedMeanwhile() throws Exception {
    Answer refused = enrolledWhile("{\"consent_reading\": \"require\"}");

    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(reasons(refused, "/error/preflight/fail_reasons"))
        .containsExactly("consent_text_differs");
    assertThat(refused.at("/error/preflight/limits/min_consent_text_match")).isNotNull();
    assertThat(rows("speakers")).isZero();
  }

  /// Enrols Alice, and changes the policy before anything is stored.
  private Answer enrolledWhile(String change) throws Exception {
    CompletableFuture<Answer> answer;
    try (AutoCloseable _ =
        SERVER.hold(
            "select pg_advisory_xact_lock(hashtextextended('speakers/%s', 0))"
                .formatted(alice.tenant().id()))) {
      answer = CompletableFuture.supplyAsync(() -> enrol(alice));
      Eventually.holds(
          "the recordings are measured",
          () ->
              SERVER.count(
                      "from pg_locks where locktype = 'advisory' and not granted and database ="
                          + " (select oid from pg_database where datname = current_database())")
                  > 0);
      assertThat(alice.send("PATCH", POLICY, change).status()).isEqualTo(200);
    }
    return answer.get();
  }

  @ParameterizedTest
  @CsvSource({
    "silent, duration_below_minimum, low_voice_activity_ratio",
    "tooShort, duration_below_minimum,",
    "clipped, peak_dbfs_above_threshold,",
    "noisy, snr_below_threshold,",
    "twoVoices, more_than_one_voice,",
    "noise, duration_below_minimum, low_voice_activity_ratio",
    "other, consent_voice_differs,"
  })
  void refusesRecordingsThatAreNotGoodEnoughAndKeepsNothingOfThem(
      String which, String reason, @Nullable String another) {
    byte[] reference =
        switch (which) {
          case "silent" -> Voices.silent();
          case "tooShort" -> Voices.tooShort();
          case "clipped" -> Voices.clipped();
          case "noisy" -> Voices.noisy();
          case "twoVoices" -> Voices.twoVoices();
          case "noise" -> Voices.bytes("noise4.flac");
          default -> OTHER;
        };
    List<String> before = SERVER.storedFiles();

    Answer refused = alice.post(SPEAKERS, form(reference, CONSENT));

    assertThat(refused.status()).as(refused.text()).isEqualTo(422);
    assertThat(refused.at("/status")).isEqualTo("error");
    assertThat(refused.at("/error/code")).isEqualTo("SPEAKER_PREFLIGHT_FAILED");
    Set<String> reasons = reasons(refused, "/error/preflight/fail_reasons");
    assertThat(reasons).contains(reason);
    if (another != null) {
      assertThat(reasons).contains(another);
    }
    assertThat(refused.at("/error/preflight/reference/limits/min_speech_seconds")).isEqualTo("3.0");
    assertThat(refused.at("/error/preflight/consent/limits/min_speech_seconds")).isEqualTo("2.0");
    assertThat(refused.json().at("/error/details")).hasSizeGreaterThanOrEqualTo(reasons.size());
    assertThat(alice.get(SPEAKERS).json().at("/data")).isEmpty();
    assertThat(rows("speakers")).isZero();
    assertThat(rows("speaker_references")).isZero();
    assertThat(rows("speaker_consents")).isZero();
    assertThat(rows("blobs")).isZero();
    assertThat(SERVER.storedFiles()).isEqualTo(before);
  }

  private static Set<String> reasons(Answer answer, String pointer) {
    Set<String> reasons = new TreeSet<>();
    answer.json().at(pointer).forEach(reason -> reasons.add(reason.asString()));
    return reasons;
  }

  private long rows(String table) {
    return SERVER.count("from " + table + " where tenant_id = '" + alice.tenant().id() + "'");
  }

  @Test
  void tellsAllReasonsTogether() {
    Answer refused = alice.post(SPEAKERS, form(Voices.tooShort(), OTHER));

    assertThat(reasons(refused, "/error/preflight/fail_reasons"))
        .containsExactlyInAnyOrder("duration_below_minimum", "consent_voice_differs");
  }

  @Test
  void measuresWithoutStoringAnything() {
    Answer good = alice.post(SPEAKERS + "/preflight", form(REFERENCE, CONSENT));
    assertThat(good.status()).as(good.text()).isEqualTo(200);
    assertThat(good.json().at("/data/preflight/fail_reasons")).isEmpty();

    Answer bad = alice.post(SPEAKERS + "/preflight", form(REFERENCE, OTHER));
    assertThat(bad.status()).isEqualTo(200);
    assertThat(reasons(bad, "/data/preflight/fail_reasons"))
        .containsExactly("consent_voice_differs");
    assertThat(bad.json().at("/data/preflight/same_voice").asDouble()).isLessThan(0.4);
    assertThat(rows("speakers") + rows("speaker_consents") + rows("blobs")).isZero();
  }

  @Test
  void makesOneProfileOfSeveralReferencesOfTheSameVoice() {
    Answer both =
        alice.post(SPEAKERS, form(REFERENCE, CONSENT).file("reference", "more.flac", MORE));

    assertThat(both.status()).as(both.text()).isEqualTo(202);
    assertThat(Integer.parseInt(both.at("/data/percent"))).isBetween(90, 100);
    assertThat(both.json().at("/data/preflight/references")).hasSize(2);
    assertThat(both.json().at("/data/preflight/reference/duration_seconds").asDouble())
        .isBetween(27.0, 28.0);

    Answer mixed =
        alice.post(SPEAKERS, form(REFERENCE, CONSENT).file("reference", "other.flac", OTHER));
    assertThat(mixed.status()).isEqualTo(422);
    assertThat(reasons(mixed, "/error/preflight/fail_reasons")).contains("more_than_one_voice");
  }

  @Test
  void takesNoMoreThanFiveReferencesAndNoneTwice() {
    TestForm many = form(REFERENCE, CONSENT);
    for (int i = 0; i < 5; i++) {
      many.file("reference", "more.flac", MORE);
    }
    Answer tooMany = alice.post(SPEAKERS, many);
    assertThat(tooMany.status()).isEqualTo(422);
    assertThat(tooMany.at("/error/details/0/field")).isEqualTo("reference");

    Answer twice =
        alice.post(SPEAKERS, form(REFERENCE, CONSENT).file("reference", "a.flac", REFERENCE));
    assertThat(twice.status()).isEqualTo(422);
    assertThat(twice.at("/error/code")).isEqualTo("VALIDATION_ERROR");
  }

  @Test
  void makesAProfileBetterByAnotherRecordingOfTheSameVoice() {
    String speaker = Voices.enrolled(alice);
    int before = alice.get(speaker).json().at("/data/percent").asInt();

    Answer refused = reference(speaker, OTHER);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(reasons(refused, "/error/preflight/fail_reasons"))
        .containsExactly("consent_voice_differs");
    Answer known = reference(speaker, REFERENCE);
    assertThat(known.status()).isEqualTo(422);
    assertThat(known.at("/error/code")).isEqualTo("VALIDATION_ERROR");

    Answer better = reference(speaker, MORE);
    assertThat(better.status()).as(better.text()).isEqualTo(202);
    assertThat(better.json().at("/data/percent").asInt()).isGreaterThan(before);
    assertThat(alice.get(speaker + "/consent").json().at("/data/entries")).hasSize(2);
    assertThat(rows("blobs")).as("the profile before is gone").isEqualTo(1);
  }

  private Answer reference(String speaker, byte[] recording) {
    return alice.post(
        speaker + "/references", new TestForm().file("reference", "r.flac", recording));
  }

  @Test
  void demandsThatTheConsentIsReadOutOnlyWhereThePolicySaysSo() {
    alice.send("PATCH", POLICY, "{\"consent_reading\": \"require\"}");

    Answer unread = enrol(alice);
    assertThat(unread.status()).isEqualTo(422);
    assertThat(reasons(unread, "/error/preflight/fail_reasons"))
        .containsExactly("consent_text_differs");
    assertThat(unread.at("/error/preflight/limits/min_consent_text_match")).isEqualTo("0.6");

    Answer read = alice.post(SPEAKERS, with(fields(Voices.CONSENT_WORDS), REFERENCE, CONSENT));
    assertThat(read.status()).as(read.text()).isEqualTo(202);
    assertThat(read.json().at("/data/preflight/consent_text_match").asDouble()).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @CsvSource({
    "display_name",
    "language_primary",
    "consent_user_full_name",
    "consent_stated_purpose",
    "consent_text"
  })
  void namesTheFieldThatIsMissing(String field) {
    TestForm form = new TestForm();
    Map.of(
            "display_name", "Alice",
            "language_primary", "en",
            "consent_user_full_name", "Alice Example",
            "consent_stated_purpose", "Tests",
            "consent_text", "I agree.")
        .forEach((name, value) -> {
          if (!name.equals(field)) {
            form.field(name, value);
          }
        });

    Answer refused = alice.post(SPEAKERS, with(form, REFERENCE, CONSENT));

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.at("/error/code")).isEqualTo("VALIDATION_ERROR");
    assertThat(refused.at("/error/details/0/field")).isEqualTo(field);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThat(alice.post(SPEAKERS, fields().file("reference", "r", REFERENCE)).status())
        .isEqualTo(422);
    assertThat(alice.post(SPEAKERS, fields().file("consent", "c", CONSENT)).status())
        .isEqualTo(422);
    byte[] noSound = "not a sound".getBytes(StandardCharsets.UTF_8);
    Answer text = alice.post(SPEAKERS, form(noSound, CONSENT));
    assertThat(text.status()).isEqualTo(415);
    assertThat(text.at("/error/details/0/field")).isEqualTo("reference");
    assertThat(refusal(fields().field("user_id", "nobody"))).isEqualTo("user_id");
    assertThat(refusal(fields().field("user_id", "00000000-0000-0000-0000-000000000000")))
        .isEqualTo("user_id");
    assertThat(refusal(fields().field("expires_at", "tomorrow"))).isEqualTo("expires_at");
    assertThat(refusal(fields().field("expires_at", "2020-01-01T00:00:00Z")))
        .isEqualTo("expires_at");
    String farAhead = Instant.now().plus(Duration.ofDays(1100)).toString();
    assertThat(refusal(fields().field("expires_at", farAhead))).isEqualTo("expires_at");
    assertThat(refusal(fields().field("description", "x".repeat(1001)))).isEqualTo("description");
  }

  private String refusal(TestForm fields) {
    Answer refused = alice.post(SPEAKERS, with(fields, REFERENCE, CONSENT));
    assertThat(refused.status()).isEqualTo(422);
    return String.valueOf(refused.at("/error/details/0/field"));
  }

  @Test
  void enrolsNobodyWhereThePolicyForbidsIt() {
    alice.send("PATCH", POLICY, "{\"enrolment\": false}");

    for (String path : List.of(SPEAKERS, SPEAKERS + "/preflight")) {
      Answer refused = alice.post(path, form(REFERENCE, CONSENT));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.at("/error/code")).isEqualTo("SPEAKER_POLICY_FORBIDS");
    }
  }
}
