package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speakers.Voices.CONSENT;
import static parley.speakers.Voices.REFERENCE;
import static parley.speakers.Voices.SPEAKERS;
import static parley.speakers.Voices.form;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.speech.Recordings;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// What enrolments may cost a node.
@Tag("server")
class EnrolmentLimitsTest {
  @Test
  void measuresFewEnrolmentsOfATenantAtATimeAndNobodyWaitsForAnotherTenants() throws Exception {
    TestServer server = TestServer.shared();
    TestCaller alice = server.newTenant();
    TestCaller bob = server.newTenant();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> many =
          IntStream.range(0, 8)
              .mapToObj(i ->
                  clients.submit(() ->
                      alice.post(SPEAKERS + "/preflight", form(REFERENCE, Voices.tooShort()))))
              .toList();
      Answer others = bob.post(SPEAKERS + "/preflight", form(Voices.tooShort(), CONSENT));
      assertThat(others.status()).isEqualTo(200);

      int measured = 0;
      for (Future<Answer> one : many) {
        Answer answer = one.get();
        if (answer.status() == 200) {
          measured++;
        } else {
          assertThat(answer.status()).isEqualTo(429);
          assertThat(answer.at("/error/code")).isEqualTo("RATE_LIMITED");
          assertThat(answer.header("Retry-After")).isNotNull();
        }
      }
      assertThat(measured).isBetween(4, 7);
    }
  }

  @Test
  void transcribesNoConsentThatIsLongerThanItMayBe() throws Exception {
    byte[] consent =
        Recordings.converted(
            Recordings.recording("ls-1688-142285-0003.flac"),
            "-af",
            "apad=whole_dur=306",
            "-c:a",
            "flac",
            "-f",
            "flac");

    Answer answer =
        TestServer.shared().newTenant().post(SPEAKERS + "/preflight", form(REFERENCE, consent));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode preflight = answer.json().at("/data/preflight");
    assertThat(preflight.get("fail_reasons").toString()).contains("duration_above_maximum");
    assertThat(preflight.get("consent_text_match").isNull()).isTrue();
  }

  @Test
  void saysSoWhereThereAreNoModelsAndHowLargeARecordingMayBe() {
    try (TestServer own =
        TestServer.start(Map.of("server.roles", "api,worker", "speakers.max_recording_mb", "1"))) {
      TestCaller alice = own.newTenant();

      Answer refused = alice.post(SPEAKERS, form(REFERENCE, CONSENT));
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.at("/error/code")).isEqualTo("BACKEND_UNAVAILABLE");
      assertThat(alice.get(SPEAKERS).status()).isEqualTo(200);

      Answer large = alice.post(SPEAKERS, form(new byte[1024 * 1024 + 1], CONSENT));
      assertThat(large.status()).isEqualTo(413);
      assertThat(large.at("/error/code")).isEqualTo("MEDIA_TOO_LARGE");
      assertThat(large.at("/error/details/0/field")).isEqualTo("reference");
      Answer consent = alice.post(SPEAKERS, form(REFERENCE, new byte[1024 * 1024 + 1]));
      assertThat(consent.status()).isEqualTo(413);
      assertThat(consent.at("/error/details/0/field")).isEqualTo("consent");
      assertThat(own.storedFiles()).isEmpty();
    }
  }
}
