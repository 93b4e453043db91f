package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static parley.speakers.Voices.CONSENT;
import static parley.speakers.Voices.POLICY;
import static parley.speakers.Voices.REFERENCE;
import static parley.speakers.Voices.SPEAKERS;
import static parley.speakers.Voices.enrolled;
import static parley.speakers.Voices.fields;
import static parley.speakers.Voices.with;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.SettableClock;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// What becomes of profiles and consents.
@Tag("server")
class SpeakerLifeTest {
  private static final SettableClock CLOCK =
      new SettableClock(Instant.parse("2026-05-01T10:00:00Z"));

  private static final TestServer SERVER =
      TestServer.start(Map.of("speakers.check_seconds", "1", "speakers.per_tenant", "2"), CLOCK);

  private final TestCaller alice = SERVER.newTenant();

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @Test
  void changesNameDescriptionAndExpiry() {
    String speaker = enrolled(alice);

    Answer changed =
        alice.send(
            "PATCH",
            speaker,
            """
            {"display_name": "Alicia", "description": "of the board",
             "expires_at": "%s"}\
            """
                .formatted(CLOCK.instant().plus(Duration.ofDays(30))));
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    assertThat(changed.at("/data/display_name")).isEqualTo("Alicia");
    assertThat(alice.get(speaker).at("/data/description")).isEqualTo("of the board");

    alice.send("PATCH", speaker, "{\"description\": null}");
    assertThat(alice.get(speaker).at("/data/description")).isNull();
    assertThat(alice.get(speaker).at("/data/display_name")).isEqualTo("Alicia");
    for (String bad :
        List.of(
            "{\"display_name\": \"\"}",
            "{\"display_name\": 5}",
            "{\"expires_at\": \"2036-01-01T00:00:00Z\"}",
            "{\"expires_at\": \"2020-01-01T00:00:00Z\"}",
            "{\"expires_at\": \"soon\"}")) {
      assertThat(alice.send("PATCH", speaker, bad).status()).as(bad).isEqualTo(422);
    }
  }

  @Test
  void erasesProfilesThatHaveExpired() throws Exception {
    Answer short_ =
        alice.post(
            SPEAKERS,
            with(
                fields().field("expires_at", CLOCK.instant().plus(Duration.ofHours(1)).toString()),
                REFERENCE,
                CONSENT));
    String speaker = Voices.path(short_);
    assertThat(alice.get(speaker).status()).isEqualTo(200);

    CLOCK.move(Duration.ofHours(2));

    assertThat(alice.get(speaker).status()).as("at once").isEqualTo(404);
    Eventually.holds(
        "it is erased",
        () -> "expired".equals(alice.get(SPEAKERS + "/erasures").at("/data/0/reason")));
    assertThat(rows("blobs")).isZero();
    assertThat(alice.get(SPEAKERS + "/erasures").at("/data/0/erased_by")).isNull();
  }

  @Test
  void bringsExpiryForwardWhereThePolicyAllowsLess() {
    String speaker = enrolled(alice);
    assertThat(alice.send("PATCH", POLICY, "{\"max_age_days\": 7}").status()).isEqualTo(200);

    assertThat(alice.get(speaker).at("/data/expires_at"))
        .isEqualTo(CLOCK.instant().plus(Duration.ofDays(7)).toString());
    for (String bad :
        List.of(
            "{\"max_age_days\": 0}",
            "{\"max_age_days\": 1097}",
            "{\"naming\": \"all\"}",
            "{\"consent_reading\": 1}",
            "{\"enrolment\": \"yes\"}")) {
      assertThat(alice.send("PATCH", POLICY, bad).status()).as(bad).isEqualTo(422);
    }
    JsonNode policy = alice.get(POLICY).json().get("data");
    assertThat(policy.get("max_age_days").asInt()).isEqualTo(7);
    assertThat(policy.get("naming").asString()).isEqualTo("tenant");
    assertThat(policy.get("anonymous").asBoolean()).isTrue();
    assertThat(policy.get("consent_reading").asString()).isEqualTo("record");
    assertThat(policy.get("retain_reference").asBoolean()).isFalse();
  }

  @Test
  void keepsTheConsentAsAChainThatTheDatabaseOnlyAddsTo() throws Exception {
    String first = enrolled(alice);
    String second = enrolled(alice);

    JsonNode consent = alice.get(first + "/consent").json().get("data");
    assertThat(consent.get("consent_user_full_name").asString()).isEqualTo("Alice Example");
    assertThat(consent.get("consent_stated_purpose").asString())
        .isEqualTo("Meeting transcription diarization");
    assertThat(consent.get("consent_text").asString())
        .isEqualTo("I consent to enrollment for diarization.");
    assertThat(consent.at("/reference_sha256/0").asString()).isEqualTo(sha256(REFERENCE));
    assertThat(consent.get("consent_sha256").asString()).isEqualTo(sha256(CONSENT));
    assertThat(consent.get("called_by").asString()).isEqualTo(alice.participantId());
    assertThat(consent.get("recorded_at").asString()).startsWith("2026-05-0");
    assertThat(consent.at("/preflight/same_voice").asDouble()).isPositive();
    assertThat(consent.get("previous_hash").asString()).isEqualTo("0".repeat(64));
    JsonNode next = alice.get(second + "/consent").json().get("data");
    assertThat(next.get("previous_hash").asString()).isEqualTo(consent.get("hash").asString());
    for (JsonNode one : List.of(consent, next)) {
      assertThat(one.get("hash").asString())
          .isEqualTo(
              sha256(
                  (one.get("previous_hash").asString() + one.at("/entries/0/record").asString())
                      .getBytes(StandardCharsets.UTF_8)));
    }

    for (String change :
        List.of(
            "update speaker_consents set record = '{}'",
            "delete from speaker_consents",
            "truncate speaker_consents",
            "update speaker_erasures set reason = 'expired'",
            "truncate speaker_erasures cascade")) {
      if (change.contains("erasures")) {
        alice.delete(second);
      }
      assertThatThrownBy(() -> SERVER.execute(change))
          .hasRootCauseMessage(
              "ERROR: "
                  + (change.contains("erasures") ? "speaker_erasures" : "speaker_consents")
                  + " is a record that is only added to"
                  + "\n  Where: PL/pgSQL function refuse_change_of_record() line 3 at RAISE");
    }
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void letsThePersonAloneWithdrawAndNobodyEnrolThemAgainUntilTheySaySo() {
    TestCaller bob = alice.as("bob", Permission.MEDIA_READ);
    Answer enrolled = enrol(bob);
    assertThat(enrolled.at("/data/user_id")).isEqualTo(bob.participantId());
    String speaker = Voices.path(enrolled);

    Answer denied = alice.post(speaker + "/withdraw");
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.at("/error/code")).isEqualTo("AUTHZ_PERMISSION_DENIED");
    assertThat(bob.get(SPEAKERS + "/withdrawal").at("/data/withdrawn")).isEqualTo("false");
    Answer withdrawn = bob.post(speaker + "/withdraw");
    assertThat(withdrawn.status()).as(withdrawn.text()).isEqualTo(200);
    assertThat(withdrawn.at("/data/reason")).isEqualTo("withdrawn");
    assertThat(withdrawn.at("/data/erased_by")).isEqualTo(bob.participantId());
    assertThat(alice.get(speaker).status()).isEqualTo(404);
    assertThat(rows("blobs")).isZero();
    assertThat(rows("speaker_consents")).isEqualTo(2);

    Answer refused = enrol(bob);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.at("/error/code")).isEqualTo("SPEAKER_WITHDRAWN");
    assertThat(bob.get(SPEAKERS + "/withdrawal").at("/data/withdrawn_at")).isNotNull();

    alice.delete(SPEAKERS + "/withdrawal");
    assertThat(enrol(bob).status()).as("nobody says so for them").isEqualTo(409);
    assertThat(bob.delete(SPEAKERS + "/withdrawal").status()).isEqualTo(204);
    assertThat(enrol(bob).status()).isEqualTo(202);
  }

  private Answer enrol(TestCaller whose) {
    return alice.post(
        SPEAKERS, with(fields().field("user_id", whose.participantId()), REFERENCE, CONSENT));
  }

  @Test
  void enrolsNoMoreThanTheOperatorAllows() {
    String first = enrolled(alice);
    enrolled(alice);

    Answer third = Voices.enrol(alice);
    assertThat(third.status()).isEqualTo(409);
    assertThat(third.at("/error/code")).isEqualTo("TOO_MANY_SPEAKERS");
    alice.delete(first);
    assertThat(Voices.enrol(alice).status()).isEqualTo(202);
  }

  @Test
  void makesProfilesOfAnotherModelAgainWhereTheRecordingsAreRetained() throws Exception {
    String lost = enrolled(alice);
    alice.send("PATCH", POLICY, "{\"retain_reference\": true}");
    String retained = enrolled(alice);
    String before = alice.get(retained).at("/data/model_version");
    SERVER.execute(
        "update speakers set model_version = 'older' where tenant_id = '"
            + alice.tenant().id()
            + "'");

    Eventually.holds(
        "it is made again", () -> "ready".equals(alice.get(retained).at("/data/status")));
    assertThat(alice.get(retained).at("/data/model_version")).isEqualTo(before);
    assertThat(alice.get(lost).at("/data/status")).isEqualTo("stale");
    Answer more =
        alice.post(lost + "/references", new TestForm().file("reference", "r.flac", Voices.MORE));
    assertThat(more.status()).isEqualTo(409);
    assertThat(more.at("/error/code")).isEqualTo("SPEAKER_STALE");
  }

  @Test
  void erasesRetainedRecordingsWhenThePolicyRetainsNoMore() throws Exception {
    alice.send("PATCH", POLICY, "{\"retain_reference\": true}");
    String speaker = enrolled(alice);
    assertThat(rows("blobs")).as("voice and recording").isEqualTo(2);

    alice.send("PATCH", POLICY, "{\"retain_reference\": false}");

    Eventually.holds("the recording is gone", () -> rows("blobs") == 1);
    assertThat(alice.get(speaker).at("/data/status")).isEqualTo("ready");
  }

  @Test
  void putsOnRecordWhatIsDoneToProfiles() {
    String speaker = enrolled(alice);
    alice.send("PATCH", speaker, "{\"display_name\": \"Alicia\"}");
    alice.post(speaker + "/references", new TestForm().file("reference", "r", Voices.MORE));
    alice.delete(speaker);

    String record = alice.get("/v1/admin/audit").text();
    assertThat(record)
        .contains("speaker.enrol", "speaker.change", "speaker.reference", "speaker.erase");
  }

  private long rows(String table) {
    return SERVER.count("from " + table + " where tenant_id = '" + alice.tenant().id() + "'");
  }
}
