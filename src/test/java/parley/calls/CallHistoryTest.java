package parley.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestRooms;
import parley.testing.TestServer;
import tools.jackson.databind.JsonNode;

/// Lists of calls.
@Tag("slow")
class CallHistoryTest {
  private static CallTown shared;
  private CallTown town;

  @BeforeAll
  static void start() {
    shared = CallTown.start(false, Map.of());
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @BeforeEach
  void meet() {
    town = shared.withOtherPeople();
  }

  private String ended() {
    String call = String.valueOf(town.initiate(town.alice, "audio").at("/data/call_id"));
    town.alice.post("/v1/calls/" + call + "/end");
    return call;
  }

  private String endedElsewhere(String room) {
    Answer initiated =
        town.alice.send(
            "POST", "/v1/calls/initiate", "{\"room_id\": \"" + room + "\", \"type\": \"video\"}");
    String call = String.valueOf(initiated.at("/data/call_id"));
    town.alice.post("/v1/calls/" + call + "/end");
    return call;
  }

  private static List<String> ids(Answer list) {
    assertThat(list.status()).as(list.text()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    list.json().at("/data").forEach(call -> ids.add(call.get("id").asString()));
    return ids;
  }

  @Test
  void haveTheCallsOfAllRoomsOfAMemberNewestFirst() {
    String first = ended();
    String other = TestRooms.create(town.alice, "group");
    String second = endedElsewhere(other);
    String third = ended();

    assertThat(ids(town.alice.get("/v1/calls"))).containsExactly(third, second, first);
    assertThat(ids(town.bob.get("/v1/calls"))).containsExactly(third, first);
    assertThat(ids(town.alice.get("/v1/rooms/" + other + "/calls"))).containsExactly(second);
    JsonNode shown = town.alice.get("/v1/calls?limit=1").json().at("/data/0");
    assertThat(shown).isEqualTo(town.call(third).json().at("/data"));
  }

  @Test
  void haveLiveCallsWithWhoTakesPart() {
    String ended = ended();
    String live = String.valueOf(town.initiate(town.alice, "audio").at("/data/call_id"));
    Answer list = town.bob.get("/v1/rooms/" + town.room + "/calls");
    assertThat(ids(list)).containsExactly(live, ended);
    assertThat(list.at("/data/0/status")).isEqualTo("ringing");
    assertThat(list.json().at("/data/0")).isEqualTo(town.call(live).json().at("/data"));
  }

  @Test
  void comeInPages() {
    List<String> all = List.of(ended(), ended(), ended()).reversed();
    for (String path : List.of("/v1/calls", "/v1/rooms/" + town.room + "/calls")) {
      List<String> read = new ArrayList<>();
      String cursor = "";
      do {
        Answer page = town.alice.get(path + "?limit=2" + cursor);
        read.addAll(ids(page));
        JsonNode next = page.json().at("/meta/next_cursor");
        cursor = next.isNull() ? "" : "&cursor=" + next.asString();
      } while (!cursor.isEmpty());
      assertThat(read).as(path).isEqualTo(all);
      assertThat(town.alice.get(path + "?cursor=nonsense").status()).isEqualTo(400);
      assertThat(town.alice.get(path + "?limit=1000").status()).isEqualTo(400);
    }
  }

  @Test
  void areForMembersAlone() {
    ended();
    String ofRoom = "/v1/rooms/" + town.room + "/calls";
    TestCaller elsewhere = shared.server.newTenant();
    assertThat(ids(elsewhere.get("/v1/calls"))).isEmpty();
    assertThat(elsewhere.get(ofRoom).at("/error/code")).isEqualTo("SW_ROOM_NOT_FOUND");

    TestCaller stranger = town.alice.as("erin", Permission.CALLS, Permission.ROOMS);
    TestRooms.invite(town.alice, town.room, stranger);
    assertThat(ids(stranger.get("/v1/calls"))).isEmpty();
    assertThat(stranger.get(ofRoom).at("/error/code")).isEqualTo("SW_NOT_MEMBER");

    town.bob.post("/v1/rooms/" + town.room + "/leave");
    assertThat(ids(town.bob.get("/v1/calls"))).isEmpty();
    assertThat(town.bob.get(ofRoom).status()).isEqualTo(403);

    for (String path : List.of("/v1/calls", ofRoom)) {
      assertThat(shared.server.stranger().get(path).status()).isEqualTo(401);
      assertThat(town.alice.only(Permission.ROOMS).get(path).status()).isEqualTo(403);
    }
  }

  @Test
  void needNoLiveKit() {
    assertThat(ids(TestServer.shared().newTenant().get("/v1/calls"))).isEmpty();
  }
}
