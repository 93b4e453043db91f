package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speakers.Voices.MORE;
import static parley.speakers.Voices.POLICY;
import static parley.speakers.Voices.REFERENCE;
import static parley.speakers.Voices.SPEAKERS;
import static parley.speakers.Voices.form;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Who may do what with speakers.
@Tag("server")
class SpeakerAccessTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final String NOBODY = SPEAKERS + "/spk-00000000-0000-0000-0000-000000000000";

  private final TestCaller alice = SERVER.newTenant();

  private record Request(String name, Function<TestCaller, Answer> send) {}

  /// Everything that can be done to one speaker.
  private static List<Request> toOne(String speaker) {
    return List.of(
        new Request("show", caller -> caller.get(speaker)),
        new Request("change", caller -> caller.send("PATCH", speaker, "{\"display_name\": \"X\"}")),
        new Request(
            "add",
            caller ->
                caller.post(
                    speaker + "/references", new TestForm().file("reference", "r.flac", MORE))),
        new Request("consent", caller -> caller.get(speaker + "/consent")),
        new Request("withdraw", caller -> caller.post(speaker + "/withdraw")),
        new Request("erase", caller -> caller.delete(speaker)));
  }

  private static List<Request> toAll() {
    return List.of(
        new Request("enrol", caller -> caller.post(SPEAKERS, form(REFERENCE, Voices.CONSENT))),
        new Request(
            "preflight",
            caller -> caller.post(SPEAKERS + "/preflight", form(REFERENCE, Voices.CONSENT))),
        new Request("list", caller -> caller.get(SPEAKERS)),
        new Request("erasures", caller -> caller.get(SPEAKERS + "/erasures")));
  }

  @Test
  void letsNoOtherTenantSeeOrTouchASpeaker() {
    String speaker = Voices.enrolled(alice);
    TestCaller mallory = SERVER.newTenant();

    for (Request request : toOne(speaker)) {
      Answer answer = request.send.apply(mallory);
      assertThat(answer.status()).as(request.name).isEqualTo(404);
      assertThat(answer.at("/error/code")).as(request.name).isEqualTo("SPEAKER_NOT_FOUND");
    }
    assertThat(mallory.get(SPEAKERS).json().at("/data")).isEmpty();
    assertThat(mallory.get(SPEAKERS + "/erasures").json().at("/data")).isEmpty();
    assertThat(alice.get(speaker).at("/data/display_name")).isEqualTo("Alice");
  }

  @Test
  void answersNobodyWithoutAToken() {
    List<Request> all = new ArrayList<>(toAll());
    all.addAll(toOne(NOBODY));
    all.add(new Request("policy", caller -> caller.get(POLICY)));
    all.add(new Request("change policy", caller -> caller.send("PATCH", POLICY, "{}")));
    all.add(new Request("withdrawal", caller -> caller.get(SPEAKERS + "/withdrawal")));
    all.add(new Request("allow", caller -> caller.delete(SPEAKERS + "/withdrawal")));
    for (Request request : all) {
      Answer answer = request.send.apply(SERVER.stranger());
      assertThat(answer.status()).as(request.name).isEqualTo(401);
      assertThat(answer.at("/error/code")).isEqualTo("AUTH_TOKEN_MISSING");
    }
  }

  @Test
  void needsThePermissionToEnrolWhichNoOtherImplies() {
    TestCaller everythingElse =
        alice.only(
            Permission.ADMIN,
            Permission.OPERATOR,
            Permission.ECHO_ADMIN,
            Permission.TRANSCRIBE,
            Permission.DIARIZE,
            Permission.MEDIA_READ,
            Permission.MEDIA_WRITE);
    List<Request> all = new ArrayList<>(toAll());
    all.addAll(toOne(NOBODY));
    all.removeIf(request -> request.name.equals("withdraw"));
    for (Request request : all) {
      Answer answer = request.send.apply(everythingElse);
      assertThat(answer.status()).as(request.name).isEqualTo(403);
      assertThat(answer.at("/error/code")).isEqualTo("AUTHZ_PERMISSION_DENIED");
    }
    assertThat(alice.only(Permission.ENROLL).get(SPEAKERS).status()).isEqualTo(200);
    assertThat(alice.only(Permission.ENROLL).get(POLICY).status()).isEqualTo(403);
    assertThat(alice.only(Permission.ENROLL).send("PATCH", POLICY, "{}").status()).isEqualTo(403);
    assertThat(alice.only(Permission.ECHO_ADMIN).get(POLICY).status()).isEqualTo(200);
  }

  @Test
  void knowsAnErasedSpeakerOnNoRoute() {
    String speaker = Voices.enrolled(alice);
    assertThat(alice.delete(speaker).status()).isEqualTo(200);

    for (Request request : toOne(speaker)) {
      Answer answer = request.send.apply(alice);
      assertThat(answer.status()).as(request.name).isEqualTo(404);
      assertThat(answer.at("/error/code")).as(request.name).isEqualTo("SPEAKER_NOT_FOUND");
    }
    assertThat(alice.get(SPEAKERS).json().at("/data")).isEmpty();
  }

  @Test
  void tellsWhatIsNoSpeakerAtAll() {
    for (String id : List.of("spk-1", "unknown", "room-00000000-0000-0000-0000-000000000000")) {
      assertThat(alice.get(SPEAKERS + "/" + id).at("/error/code")).isEqualTo("SPEAKER_NOT_FOUND");
    }
  }
}
