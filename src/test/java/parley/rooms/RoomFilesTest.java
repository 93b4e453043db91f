package parley.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestRooms;
import parley.testing.TestServer;

@Tag("server")
class RoomFilesTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private final TestCaller bob = alice.colleague();
  private final TestCaller carol =
      alice.as("carol", Permission.ROOMS, Permission.MEDIA_READ, Permission.MEDIA_WRITE);

  @Test
  void takesAFileFromWhomItWasForwardedByWhenTheyGo() {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    TestCaller carol = alice.as("carol", Permission.ROOMS, Permission.MEDIA_READ);
    String shared = TestRooms.create(alice, "group");
    TestRooms.bring(alice, shared, bob);
    String media =
        alice
            .post(
                "/v1/media/upload",
                new TestForm().file("file", "a.txt", new byte[] {1}).field("room_id", shared))
            .at("/data/media_id");
    String own = TestRooms.create(bob, "group");
    TestRooms.bring(bob, own, carol);
    bob.send(
        "POST",
        "/v1/rooms/" + own + "/send",
        "{\"content\":{\"msgtype\":\"swp.media\",\"media_id\":\"" + media + "\"}}");
    for (TestCaller reader : List.of(bob, carol)) {
      assertThat(reader.get("/v1/media/download/" + media).status()).isEqualTo(200);
    }

    TestRooms.kick(alice, shared, bob);

    for (TestCaller reader : List.of(bob, carol)) {
      assertThat(reader.get("/v1/media/download/" + media).status()).isEqualTo(404);
      assertThat(reader.get("/v1/rooms/" + own + "/files").json().get("data")).isEmpty();
    }
    TestRooms.bring(alice, shared, bob);
    assertThat(carol.get("/v1/media/download/" + media).status()).as("again").isEqualTo(200);
  }

  @Test
  void letsMembersReadWhatWasUploadedIntoTheirRoom() {
    String room = TestRooms.create(alice, "group");
    String media = upload(alice, room, "minutes");
    TestRooms.bring(alice, room, bob);

    for (String path : reading(media)) {
      assertThat(bob.get(path).status()).as(path).isEqualTo(200);
      assertThat(carol.get(path).status()).as(path).isEqualTo(404);
      assertThat(server.newTenant().get(path).status()).as(path).isEqualTo(404);
    }
    assertThat(bob.get("/v1/media/download/" + media).text()).isEqualTo("minutes");
    TestCaller member = alice.as("dave", Permission.ROOMS, Permission.MEDIA_WRITE);
    TestRooms.bring(alice, room, member);
    assertThat(member.delete("/v1/media/" + media).status()).isEqualTo(403);

    TestRooms.kick(alice, room, bob);
    for (String path : reading(media)) {
      assertThat(bob.get(path).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void listsFilesNewestFirstInPages() {
    String room = TestRooms.create(alice, "public");
    List<String> media =
        Stream.of("one", "two", "three").map(text -> upload(alice, room, text)).toList();
    bob.post("/v1/rooms/" + room + "/join");

    Answer first = bob.get("/v1/rooms/" + room + "/files?limit=2");
    Answer second =
        bob.get("/v1/rooms/" + room + "/files?limit=2&cursor=" + first.at("/meta/next_cursor"));

    assertThat(ids(first)).containsExactly(media.get(2), media.get(1));
    assertThat(ids(second)).containsExactly(media.get(0));
    assertThat(second.at("/meta/next_cursor")).isNull();
    assertThat(second.at("/meta/total")).isEqualTo("3");
    assertThat(first.at("/data/0/filename")).isEqualTo("three.txt");
    assertThat(first.at("/data/0/sha256")).hasSize(64);
    assertThat(first.at("/data/0/attached_by")).isEqualTo(alice.participantId());
    assertThat(first.at("/data/0/attached_at")).endsWith("Z");
  }

  @Test
  void keepsNothingOfAnUploadIntoARoomOfOthers() {
    String room = TestRooms.create(alice, "group");
    TestCaller other = server.newTenant();
    for (TestCaller caller : List.of(bob, other)) {
      Answer refused =
          caller.post(
              "/v1/media/upload",
              new TestForm()
                  .file("file", "a.txt", "not for you".getBytes(UTF_8))
                  .field("room_id", room));
      assertThat(refused.status()).isEqualTo(caller == bob ? 403 : 404);
      assertThat(refused.at("/error/code"))
          .isEqualTo(caller == bob ? "SW_NOT_MEMBER" : "SW_ROOM_NOT_FOUND");
      assertThat(caller.get("/v1/media").json().get("data")).isEmpty();
    }
    assertThat(
            alice
                .post(
                    "/v1/media/upload",
                    new TestForm()
                        .file("file", "a.txt", "x".getBytes(UTF_8))
                        .field("room_id", "nonsense"))
                .at("/error/code"))
        .isEqualTo("SW_ROOM_NOT_FOUND");
  }

  @Test
  void makesAFileOfEachMediaMessage() {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    String media = upload(alice, null, "slides");
    assertThat(bob.get("/v1/media/" + media + "/info").status()).isEqualTo(404);

    assertThat(sendMedia(alice, room, media).status()).isEqualTo(200);
    assertThat(sendMedia(bob, room, media).status()).isEqualTo(200);

    assertThat(ids(bob.get("/v1/rooms/" + room + "/files"))).containsExactly(media);
    assertThat(bob.get("/v1/media/download/" + media).text()).isEqualTo("slides");
    Answer messages = bob.get("/v1/rooms/" + room + "/messages");
    assertThat(messages.at("/data/0/content/media_id")).isEqualTo(media);
  }

  @Test
  void refusesMediaMessagesOfFilesThatTheSenderMayNotRead() {
    String room = TestRooms.create(alice, "public");
    bob.post("/v1/rooms/" + room + "/join");
    String secret = upload(alice, null, "secret");

    Answer refused = sendMedia(bob, room, secret);

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.at("/error/code")).isEqualTo("SW_MEDIA_NOT_FOUND");
    assertThat(sendMedia(bob, room, "nonsense").status()).isEqualTo(404);
    assertThat(bob.get("/v1/rooms/" + room + "/messages").json().get("data")).isEmpty();
    assertThat(bob.get("/v1/media/" + secret + "/info").status()).isEqualTo(404);
  }

  @Test
  void takesFilesOutForTheirUploaderAndForAdmins() {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    TestRooms.bring(alice, room, carol);
    String bobs = upload(bob, room, "of bob");
    String carols = upload(carol, room, "of carol");

    Answer refused = bob.delete("/v1/rooms/" + room + "/files/" + carols);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.at("/error/code")).isEqualTo("SW_ROOM_FORBIDDEN");
    assertThat(bob.delete("/v1/rooms/" + room + "/files/" + bobs).status()).isEqualTo(204);
    assertThat(alice.delete("/v1/rooms/" + room + "/files/" + carols).status()).isEqualTo(204);
    assertThat(alice.delete("/v1/rooms/" + room + "/files/" + carols).status()).isEqualTo(404);
    assertThat(server.newTenant().delete("/v1/rooms/" + room + "/files/" + bobs).status())
        .isEqualTo(404);

    assertThat(alice.get("/v1/rooms/" + room + "/files").json().get("data")).isEmpty();
    assertThat(alice.get("/v1/media/download/" + bobs).status()).isEqualTo(404);
    assertThat(bob.get("/v1/media/download/" + bobs).text()).isEqualTo("of bob");
  }

  @Test
  void dropsFilesThatTheirOwnerDeletes() {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    String media = upload(bob, room, "soon gone");

    assertThat(bob.delete("/v1/media/" + media).status()).isEqualTo(204);

    assertThat(alice.get("/v1/rooms/" + room + "/files").json().get("data")).isEmpty();
  }

  private static List<String> reading(String media) {
    return List.of(
        "/v1/media/" + media + "/info", "/v1/media/download/" + media, "/v1/media/signed/" + media);
  }

  private static String upload(TestCaller caller, @Nullable String room, String text) {
    TestForm form = new TestForm().file("file", text + ".txt", text.getBytes(UTF_8));
    if (room != null) {
      form.field("room_id", room);
    }
    Answer uploaded = caller.post("/v1/media/upload", form);
    assertThat(uploaded.status()).isEqualTo(200);
    return String.valueOf(uploaded.at("/data/media_id"));
  }

  private static Answer sendMedia(TestCaller caller, String room, String media) {
    return caller.send(
        "POST",
        "/v1/rooms/" + room + "/send",
        "{\"content\": {\"msgtype\": \"swp.media\", \"body\": \"a file\", \"media_id\": \""
            + media
            + "\"}}");
  }

  private static List<String> ids(Answer page) {
    return page.json().get("data").findValuesAsString("media_id");
  }
}
