package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static parley.speakers.Voices.CONSENT;
import static parley.speakers.Voices.POLICY;
import static parley.speakers.Voices.SPEAKERS;
import static parley.speakers.Voices.fields;
import static parley.speakers.Voices.with;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.audit.AuditTrail;
import parley.auth.Caller;
import parley.auth.KeyId;
import parley.auth.Permission;
import parley.db.Database;
import parley.db.Signals;
import parley.problem.Problem;
import parley.speakers.SpeakerRoster.Candidate;
import parley.storage.Blobs;
import parley.storage.LocalBlobStore;
import parley.storage.Spool;
import parley.tenants.RoomId;
import parley.tenants.UserId;
import parley.testing.Eventually;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;

/// Who may be named in a recording, on a node beside the one that answers requests.
@Tag("server")
class SpeakerRosterTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final RoomId ROOM = RoomId.random();

  private final TestCaller alice = SERVER.newTenant();
  private final TestCaller bob = alice.as("bob", Permission.MEDIA_READ);
  private final Database database = SERVER.openDatabase();
  private final Signals signals = new Signals(database);
  private SpeakerRosters rosters;
  private SpeakerId one;
  private SpeakerId other;

  @BeforeEach
  void enrolTwoPeople() throws Exception {
    Answer first = Voices.enrol(alice);
    Answer second =
        alice.post(
            SPEAKERS, with(fields().field("user_id", bob.participantId()), Voices.MORE, CONSENT));
    one = SpeakerId.parse(String.valueOf(first.at("/data/id"))).orElseThrow();
    other = SpeakerId.parse(String.valueOf(second.at("/data/id"))).orElseThrow();
    rosters =
        rosters(
            new VoiceModel(
                String.valueOf(first.at("/data/model")),
                String.valueOf(first.at("/data/model_version"))));
    rosters.listen(signals);
    Instant before = Instant.now();
    signals.start();
    Eventually.holds(
        "the node listens",
        () ->
            SERVER.count(
                    "from pg_stat_activity where query = 'listen speaker_erased'"
                        + " and backend_start > '"
                        + before
                        + "'")
                == 1);
  }

  @AfterEach
  void close() {
    signals.close();
    database.close();
  }

  private SpeakerRosters rosters(VoiceModel model) {
    AuditTrail audit = new AuditTrail(database, Clock.systemUTC());
    Path data = SERVER.dataDirectory();
    Blobs blobs =
        new Blobs(
            database,
            new LocalBlobStore(data.resolve("blobs")),
            new Spool(data.resolve("spool")),
            Clock.systemUTC());
    return new SpeakerRosters(
        database,
        new SpeakerPolicies(database, audit, Clock.systemUTC()),
        new VoiceProfiles(blobs),
        (caller, room) -> {
          assertThat(room).isEqualTo(ROOM);
          return Set.of(UserId.parse(bob.participantId()).orElseThrow());
        },
        model,
        audit,
        Clock.systemUTC());
  }

  private static Caller caller(TestCaller of) {
    return new Caller(
        KeyId.random(),
        of.tenant().id(),
        UserId.parse(of.participantId()).orElseThrow(),
        Permission.allOfATenant(),
        null);
  }

  private SpeakerRoster open(TestCaller of, Optional<String> speakers) throws IOException {
    SpeakerRosters.Plan plan = rosters.plan(caller(of), RosterSelection.parse(speakers));
    return rosters.open(of.tenant().id(), plan);
  }

  private static List<SpeakerId> ids(SpeakerRoster roster) {
    return roster.entries().stream().map(SpeakerRoster.Entry::id).toList();
  }

  @Test
  void holdsWhomTheRequestNamesOrElseAllOfTheTenant() throws Exception {
    assertThat(ids(open(alice, Optional.empty()))).containsExactlyInAnyOrder(one, other);
    assertThat(ids(open(alice, Optional.of(" " + one + " ")))).containsExactly(one);
    assertThat(ids(open(alice, Optional.of(one + "," + other)))).hasSize(2);
    assertThat(ids(open(alice, Optional.of("room:" + ROOM)))).containsExactly(other);
    TestCaller mallory = SERVER.newTenant();
    assertThat(ids(open(mallory, Optional.empty()))).isEmpty();
    assertThatThrownBy(() -> open(mallory, Optional.of(one.toString())))
        .isInstanceOf(Problem.class)
        .hasMessage("There is no such speaker.");
    assertThatThrownBy(() -> open(alice, Optional.of("bob"))).isInstanceOf(Problem.class);
  }

  @Test
  void namesNobodyWhomThePolicyDoesNotAllowToBeNamed() throws Exception {
    alice.send("PATCH", POLICY, "{\"naming\": \"request\"}");
    assertThat(ids(open(alice, Optional.empty()))).isEmpty();
    assertThat(ids(open(alice, Optional.of(one.toString())))).containsExactly(one);

    alice.send("PATCH", POLICY, "{\"naming\": \"off\"}");
    assertThat(ids(open(alice, Optional.of(one.toString())))).isEmpty();
    assertThat(open(alice, Optional.empty()).allowsAnonymous()).isTrue();

    alice.send("PATCH", POLICY, "{\"anonymous\": false}");
    assertThatThrownBy(() -> open(alice, Optional.empty()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("policy forbids");
    alice.send("PATCH", POLICY, "{\"naming\": \"tenant\"}");
    assertThat(open(alice, Optional.empty()).allowsAnonymous()).isFalse();
  }

  @Test
  void findsTheVoiceThatIsHeardAndPutsItsUseOnRecord() throws Exception {
    SpeakerRoster roster = open(alice, Optional.empty());
    Voiceprint heard =
        Voiceprint.of(
            roster.entries().stream()
                .filter(entry -> entry.id().equals(one))
                .findFirst()
                .orElseThrow()
                .embedding()
                .values());

    Candidate closest = roster.closest(heard).orElseThrow();

    assertThat(closest.id()).isEqualTo(one);
    assertThat(closest.isNamed()).isTrue();
    alice.delete(SPEAKERS + "/" + other);
    Set<SpeakerId> enrolled =
        database.inTransaction(transaction ->
            rosters.use(
                transaction,
                alice.tenant().id(),
                UserId.parse(alice.participantId()).orElseThrow(),
                "job-1",
                List.of(closest, new Candidate(other, "Bob", 0.9, 0.4))));
    assertThat(enrolled).as("who was erased meanwhile is not named").containsExactly(one);
    String record = alice.get("/v1/admin/audit").text();
    assertThat(record).contains("speaker.use", "job-1", "\"score\":\"1.000\"", one.toString());
  }

  @Test
  void overwritesWhatIsErasedOnAnotherNodeWhileItIsInUse() throws Exception {
    SpeakerRoster roster = open(alice, Optional.empty());
    Voiceprint voice =
        roster.entries().stream()
            .filter(entry -> entry.id().equals(one))
            .findFirst()
            .orElseThrow()
            .embedding();
    alice.delete(SPEAKERS + "/" + one);

    Eventually.holds("it is overwritten", () -> voice.similarity(voice) == 0);
    assertThat(ids(roster)).containsExactly(other);
    assertThat(voice.values()).containsOnly(0f);
  }
}
