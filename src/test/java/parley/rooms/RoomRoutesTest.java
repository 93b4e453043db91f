package parley.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

@Tag("server")
class RoomRoutesTest {
  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();
  private final TestCaller bob = alice.colleague();
  private final TestCaller carol = alice.as("carol", Permission.ROOMS);
  private final TestCaller other = server.newTenant();

  @Test
  void makesARoomOfWhichTheCreatorIsTheAdmin() {
    Answer made =
        alice.send(
            "POST",
            "/v1/rooms",
            "{\"room_type\": \"public\", \"name\": \"Garten 🌱\", \"topic\": \"beds\"}");

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.at("/data/id")).startsWith("room-");
    assertThat(made.at("/data/name")).isEqualTo("Garten 🌱");
    assertThat(made.at("/data/topic")).isEqualTo("beds");
    assertThat(made.at("/data/room_type")).isEqualTo("public");
    assertThat(made.at("/data/created_at")).endsWith("Z");
    Answer members = alice.get("/v1/rooms/" + made.at("/data/id") + "/members");
    assertThat(members.json().get("data")).hasSize(1);
    assertThat(members.json().at("/meta").toString())
        .isEqualTo("{\"total\":1,\"next_cursor\":null}");
    assertThat(members.at("/data/0/participant_id")).isEqualTo(made.at("/data/creator_id"));
    assertThat(members.at("/data/0/membership")).isEqualTo("join");
    assertThat(members.at("/data/0/power_level")).isEqualTo("100");
    assertThat(members.at("/data/0/joined_at")).endsWith("Z");
    assertThat(members.at("/data/0/participant/id")).isEqualTo(made.at("/data/creator_id"));
    assertThat(members.at("/data/0/participant/display_name")).isEqualTo("alice");
    assertThat(members.at("/data/0/participant/participant_type")).isEqualTo("user");
  }

  @Test
  void refusesRoomsWithoutANameOrOfAnUnknownType() {
    for (String wrong :
        List.of(
            "{}",
            "{\"name\": \" \"}",
            "{\"name\": \"a\\u0000b\"}",
            "{\"name\": \"" + "x".repeat(256) + "\"}",
            "{\"name\": \"a\", \"room_type\": \"secret\"}",
            "{\"name\": \"a\", \"topic\": \"" + "x".repeat(1001) + "\"}")) {
      Answer refused = alice.send("POST", "/v1/rooms", wrong);
      assertThat(refused.status()).as(wrong).isEqualTo(422);
      assertThat(refused.at("/error/code")).isEqualTo("SW_VALIDATION_ERROR");
    }
    assertThat(alice.send("POST", "/v1/rooms", "[").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\": \"a\"      | The body is not valid JSON: error in line 1, column 13.",
        "[]                  | The body is not a JSON object.",
        "\"a\"               | The body is not a JSON object.",
        "{\"name\": \"a\"} {}  | The body is not a JSON object.",
        "{\"name\": {}}      | 'name' has the wrong type.",
        "{\"name\": 5}       | 'name' has the wrong type.",
        "{\"name\": true}    | 'name' has the wrong type.",
      })
  void saysInItsOwnWordsWhatIsWrongWithABody(String body, String message) {
    Answer refused = alice.send("POST", "/v1/rooms", body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.at("/error/code")).isEqualTo("SW_BAD_JSON");
    assertThat(refused.at("/error/message")).isEqualTo(message);
  }

  @Test
  void hidesRoomsFromOtherTenantsAndAsksForTheRightPermission() {
    String room = TestRooms.create(alice, "public");
    TestCaller reader = alice.as("dave", Permission.MEDIA_READ);
    for (String[] request : requests(room)) {
      Answer foreign = other.send(request[0], request[1], request[2]);
      assertThat(foreign.status()).as(request[1]).isEqualTo(404);
      assertThat(foreign.at("/error/code")).isEqualTo("SW_ROOM_NOT_FOUND");
      assertThat(server.stranger().send(request[0], request[1], request[2]).status())
          .as(request[1])
          .isEqualTo(401);
      assertThat(reader.send(request[0], request[1], request[2]).status())
          .as(request[1])
          .isEqualTo(403);
    }
    assertThat(other.get("/v1/directory/rooms").json().get("data")).isEmpty();
    assertThat(other.get("/v1/rooms").json().get("data")).isEmpty();
    assertThat(server.stranger().get("/v1/directory/rooms").status()).isEqualTo(401);
    assertThat(server.stranger().get("/v1/sync").status()).isEqualTo(401);
    assertThat(alice.get("/v1/rooms/nonsense").at("/error/code")).isEqualTo("SW_ROOM_NOT_FOUND");
  }

  @Test
  void showsAGroupRoomToItsMembersAlone() {
    String room = TestRooms.create(alice, "group");
    for (String[] request : requests(room)) {
      if (!request[1].endsWith("/join")) {
        Answer refused = bob.send(request[0], request[1], request[2]);
        assertThat(refused.status()).as(request[1]).isEqualTo(403);
        assertThat(refused.at("/error/code")).isEqualTo("SW_NOT_MEMBER");
      }
    }
    Answer join = bob.post("/v1/rooms/" + room + "/join");
    assertThat(join.status()).isEqualTo(403);
    assertThat(join.at("/error/code")).isEqualTo("SW_ROOM_FORBIDDEN");
  }

  private List<String[]> requests(String room) {
    String participant = "{\"participant_id\": \"" + carol.participantId() + "\"}";
    String path = "/v1/rooms/" + room;
    return List.of(
        new String[] {"GET", path, "{}"},
        new String[] {"GET", path + "/members", "{}"},
        new String[] {"GET", path + "/messages", "{}"},
        new String[] {"POST", path + "/invite", participant},
        new String[] {"POST", path + "/kick", participant},
        new String[] {"POST", path + "/leave", "{}"},
        new String[] {"POST", path + "/join", "{}"},
        new String[] {"PUT", path + "/members/" + carol.participantId(), "{\"power_level\": 0}"},
        new String[] {
          "POST", path + "/send", "{\"content\": {\"msgtype\": \"swp.text\", \"body\": \"a\"}}"
        });
  }

  @Test
  void listsMembersByPageWithThoseInvitedFirst() {
    String room = TestRooms.create(alice, "group");
    TestRooms.invite(alice, room, bob);
    bob.post("/v1/rooms/" + room + "/join");
    TestRooms.invite(alice, room, carol);

    List<String> found = new ArrayList<>();
    String cursor = "";
    do {
      Answer page = alice.get("/v1/rooms/" + room + "/members?limit=1" + cursor);
      found.add(page.at("/data/0/participant/display_name"));
      String next = page.at("/meta/next_cursor");
      cursor = next == null ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());

    assertThat(found).containsExactly("carol", "bob", "alice");
  }

  @Test
  void letsInvitedUsersIntoAGroupRoom() {
    String room = TestRooms.create(alice, "group");

    Answer invited = TestRooms.invite(alice, room, bob);
    assertThat(invited.at("/data/membership")).isEqualTo("invite");
    assertThat(invited.at("/data/joined_at")).isNull();
    assertThat(bob.get("/v1/rooms/" + room).status()).isEqualTo(200);
    assertThat(bob.get("/v1/rooms/" + room + "/members").at("/error/code"))
        .isEqualTo("SW_NOT_MEMBER");
    assertThat(ids(bob.get("/v1/rooms"))).contains(room);

    Answer joined = bob.post("/v1/rooms/" + room + "/join");
    assertThat(joined.at("/data/membership")).isEqualTo("join");
    assertThat(joined.at("/data/power_level")).isEqualTo("0");
    assertThat(bob.get("/v1/rooms/" + room + "/members").json().get("data")).hasSize(2);
    assertThat(bob.post("/v1/rooms/" + room + "/join").at("/data/joined_at"))
        .as("joining again changes nothing")
        .isEqualTo(joined.at("/data/joined_at"));
    Answer byMember = TestRooms.invite(bob, room, carol);
    assertThat(byMember.status()).isEqualTo(403);
    assertThat(byMember.at("/error/code")).isEqualTo("SW_ROOM_FORBIDDEN");

    bob.post("/v1/rooms/" + room + "/leave");
    assertThat(bob.get("/v1/rooms/" + room).status()).isEqualTo(403);
    assertThat(ids(bob.get("/v1/rooms"))).doesNotContain(room);
    assertThat(bob.post("/v1/rooms/" + room + "/join").status()).isEqualTo(403);
  }

  @Test
  void letsEverybodyOfTheTenantIntoAPublicRoom() {
    String room = TestRooms.create(alice, "public");
    TestRooms.create(alice, "group");

    assertThat(ids(bob.get("/v1/directory/rooms"))).containsExactly(room);
    assertThat(bob.get("/v1/rooms/" + room).status()).isEqualTo(200);
    assertThat(bob.post("/v1/rooms/" + room + "/join").status()).isEqualTo(200);
    assertThat(TestRooms.invite(bob, room, carol).status()).isEqualTo(200);
  }

  @Test
  void listsPublicRoomsInPages() {
    List<String> made = Stream.generate(() -> TestRooms.create(alice, "public")).limit(5).toList();

    Answer first = bob.get("/v1/directory/rooms?limit=3");
    Answer second = bob.get("/v1/directory/rooms?limit=3&cursor=" + first.at("/meta/next_cursor"));

    assertThat(Stream.concat(ids(first).stream(), ids(second).stream()))
        .containsExactlyElementsOf(made.reversed());
    assertThat(second.at("/meta/next_cursor")).isNull();
    assertThat(second.at("/meta/total")).isEqualTo("5");
    assertThat(alice.get("/v1/rooms?limit=1").at("/meta/total")).isEqualTo("5");
    assertThat(bob.get("/v1/rooms").at("/meta/total")).isEqualTo("0");
    assertThat(bob.get("/v1/directory/rooms?cursor=x").status()).isEqualTo(400);
  }

  @Test
  void doesNotKnowUsersOfOtherTenantsAsParticipants() {
    String room = TestRooms.create(alice, "group");

    Answer refused = TestRooms.invite(alice, room, other);

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.at("/error/code")).isEqualTo("SW_PARTICIPANT_NOT_FOUND");
    assertThat(
            alice
                .send("POST", "/v1/rooms/" + room + "/invite", "{\"participant_id\": \"bob\"}")
                .status())
        .isEqualTo(404);
    assertThat(alice.send("POST", "/v1/rooms/" + room + "/invite", "{}").status()).isEqualTo(422);
  }

  @Test
  void letsOnlyStrongerAdminsRemoveMembers() {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    TestRooms.bring(alice, room, carol);

    assertThat(TestRooms.kick(bob, room, carol).at("/error/code")).isEqualTo("SW_ROOM_FORBIDDEN");
    assertThat(TestRooms.power(alice, room, bob, 50).at("/data/power_level")).isEqualTo("50");
    assertThat(TestRooms.kick(bob, room, alice).at("/error/code")).isEqualTo("SW_ROOM_FORBIDDEN");
    Answer kicked = TestRooms.kick(bob, room, carol);
    assertThat(kicked.status()).isEqualTo(200);
    assertThat(kicked.at("/data/membership")).isEqualTo("leave");
    assertThat(TestRooms.say(carol, room, "still here?").at("/error/code"))
        .isEqualTo("SW_NOT_MEMBER");
    assertThat(TestRooms.kick(bob, room, carol).at("/error/code"))
        .isEqualTo("SW_PARTICIPANT_NOT_FOUND");
    assertThat(carol.post("/v1/rooms/" + room + "/join").status()).isEqualTo(403);
    TestRooms.bring(bob, room, carol);
  }

  @Test
  void letsNobodyGiveMorePowerThanTheyHave() {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);
    TestRooms.bring(alice, room, carol);
    TestRooms.power(alice, room, bob, 60);

    assertThat(TestRooms.power(bob, room, bob, 61).status()).isEqualTo(403);
    assertThat(TestRooms.power(bob, room, carol, 61).status()).isEqualTo(403);
    assertThat(TestRooms.power(bob, room, alice, 0).status()).isEqualTo(403);
    assertThat(TestRooms.power(carol, room, carol, 1).status()).isEqualTo(403);
    assertThat(TestRooms.power(bob, room, carol, 60).status()).isEqualTo(200);
    assertThat(TestRooms.power(bob, room, carol, 10).status()).as("an equal").isEqualTo(403);
    assertThat(TestRooms.power(carol, room, carol, 10).at("/data/power_level")).isEqualTo("10");
    assertThat(TestRooms.power(alice, room, bob, 101).status()).isEqualTo(422);
    String bobsPower = "/v1/rooms/" + room + "/members/" + bob.participantId();
    for (String wrong : List.of("1.5", "\"50\"", "true")) {
      Answer refused = alice.send("PUT", bobsPower, "{\"power_level\": " + wrong + "}");
      assertThat(refused.at("/error/code")).as(wrong).isEqualTo("SW_BAD_JSON");
    }
    assertThat(TestRooms.power(alice, room, other, 1).status()).isEqualTo(404);
  }

  @Test
  void neverLosesTheLastAdminWhileOthersAreThere() {
    String room = TestRooms.create(alice, "group");
    TestRooms.bring(alice, room, bob);

    Answer leaving = alice.post("/v1/rooms/" + room + "/leave");
    assertThat(leaving.status()).isEqualTo(409);
    assertThat(leaving.at("/error/code")).isEqualTo("SW_ROOM_LAST_ADMIN");
    assertThat(TestRooms.power(alice, room, alice, 49).status()).isEqualTo(409);

    TestRooms.power(alice, room, bob, 50);
    assertThat(alice.post("/v1/rooms/" + room + "/leave").status()).isEqualTo(200);
    assertThat(bob.post("/v1/rooms/" + room + "/leave").status()).as("the last one").isEqualTo(200);
  }

  @Test
  void givesARoomThatAllHaveLeftToTheFirstWhoComes() {
    String room = TestRooms.create(alice, "public");
    alice.post("/v1/rooms/" + room + "/leave");

    assertThat(bob.post("/v1/rooms/" + room + "/join").at("/data/power_level")).isEqualTo("100");
    assertThat(alice.post("/v1/rooms/" + room + "/join").at("/data/power_level")).isEqualTo("0");
  }

  @Test
  void listsMessagesNewestFirstInPages() {
    String room = TestRooms.create(alice, "group");
    for (int i = 1; i <= 5; i++) {
      Answer sent = TestRooms.say(alice, room, "message " + i);
      assertThat(sent.status()).isEqualTo(200);
      assertThat(sent.at("/data/id")).startsWith("evt-");
      assertThat(sent.at("/data/event_type")).isEqualTo("swp.room.message");
      assertThat(sent.at("/data/room_id")).isEqualTo(room);
      assertThat(sent.at("/data/content/body")).isEqualTo("message " + i);
      assertThat(sent.at("/data/origin_ts")).endsWith("Z");
    }

    Answer first = alice.get("/v1/rooms/" + room + "/messages?limit=3");
    Answer second =
        alice.get(
            "/v1/rooms/" + room + "/messages?limit=3&cursor=" + first.at("/meta/next_cursor"));

    assertThat(bodies(first)).containsExactly("message 5", "message 4", "message 3");
    assertThat(bodies(second)).containsExactly("message 2", "message 1");
    assertThat(second.at("/meta/next_cursor")).isNull();
    assertThat(second.at("/meta/total")).isEqualTo("5");
    assertThat(alice.get("/v1/rooms/" + room + "/messages?cursor=x").status()).isEqualTo(400);
    assertThat(alice.get("/v1/rooms/" + room + "/messages?limit=0").status()).isEqualTo(400);
  }

  @Test
  void showsMembersOnlyWhatWasSaidWhileTheyWereThere() {
    String room = TestRooms.create(alice, "public");
    TestRooms.say(alice, room, "before");
    bob.post("/v1/rooms/" + room + "/join");
    TestRooms.say(alice, room, "while");
    bob.post("/v1/rooms/" + room + "/leave");
    TestRooms.say(alice, room, "absent");
    bob.post("/v1/rooms/" + room + "/join");
    TestRooms.say(bob, room, "after");

    assertThat(bodies(bob.get("/v1/rooms/" + room + "/messages")))
        .containsExactly("after", "while");
    assertThat(bodies(alice.get("/v1/rooms/" + room + "/messages"))).hasSize(4);
  }

  @Test
  void carriesMessagesOfOtherTypesAsTheyAre() {
    String room = TestRooms.create(alice, "group");

    Answer sent =
        alice.send(
            "POST",
            "/v1/rooms/" + room + "/send",
            "{\"content\": {\"msgtype\": \"my.type\", \"nested\": {\"camelCase\": [1, null, \"\\u0000\"], \"n\": 12345678901234567890.5}}}");

    assertThat(sent.status()).isEqualTo(200);
    Answer list = alice.get("/v1/rooms/" + room + "/messages");
    assertThat(list.text()).contains("\"n\":12345678901234567890.5");
    JsonNode kept = list.json().at("/data/0/content");
    assertThat(kept.at("/nested/camelCase").toString()).isEqualTo("[1,null,\"\\u0000\"]");
  }

  @Test
  void refusesMessagesWithoutTypeOrBodyAndThoseOfTheServer() {
    String room = TestRooms.create(alice, "group");
    for (String wrong :
        List.of(
            "{}",
            "{\"content\": \"hello\"}",
            "{\"content\": {\"body\": \"hello\"}}",
            "{\"content\": {\"msgtype\": \"\"}}",
            "{\"content\": {\"msgtype\": \"swp.text\"}}",
            "{\"content\": {\"msgtype\": \"swp.text\", \"body\": 1}}",
            "{\"content\": {\"msgtype\": \"swp.media\"}}",
            "{\"content\": {\"msgtype\": \"swp.audio_transcript\", \"text\": \"a\"}}")) {
      Answer refused = alice.send("POST", "/v1/rooms/" + room + "/send", wrong);
      assertThat(refused.status()).as(wrong).isEqualTo(422);
    }
  }

  @Test
  void takesMessagesOf64KibAndNoMore() {
    String room = TestRooms.create(alice, "group");
    int around = "{\"msgtype\":\"swp.text\",\"body\":\"\"}".length();

    assertThat(TestRooms.say(alice, room, "x".repeat(64 * 1024 - around)).status()).isEqualTo(200);
    for (int length : new int[] {64 * 1024 - around + 1, 2_000_000}) {
      Answer refused = TestRooms.say(alice, room, "x".repeat(length));
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.at("/error/code")).isEqualTo("SW_CONTENT_TOO_LARGE");
    }
  }

  private static List<String> ids(Answer page) {
    return page.json().get("data").findValuesAsString("id");
  }

  private static List<String> bodies(Answer page) {
    return page.json().get("data").findValuesAsString("body");
  }
}
