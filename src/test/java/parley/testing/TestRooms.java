package parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import parley.testing.TestCaller.Answer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Common actions in rooms.
public final class TestRooms {
  private TestRooms() {}

  /// Creates a room and returns its id.
  public static String create(TestCaller caller, String type) {
    Answer created =
        caller.send("POST", "/v1/rooms", "{\"room_type\": \"" + type + "\", \"name\": \"a room\"}");
    assertThat(created.status()).isEqualTo(201);
    return String.valueOf(created.at("/data/id"));
  }

  /// Invites a user, who then joins.
  public static void bring(TestCaller admin, String room, TestCaller guest) {
    assertThat(invite(admin, room, guest).status()).isEqualTo(200);
    assertThat(guest.post("/v1/rooms/" + room + "/join").status()).isEqualTo(200);
  }

  public static Answer invite(TestCaller caller, String room, TestCaller guest) {
    return onto(caller, room, "invite", guest);
  }

  public static Answer kick(TestCaller caller, String room, TestCaller member) {
    return onto(caller, room, "kick", member);
  }

  private static Answer onto(TestCaller caller, String room, String what, TestCaller whom) {
    return caller.send(
        "POST",
        "/v1/rooms/" + room + "/" + what,
        "{\"participant_id\": \"" + whom.participantId() + "\"}");
  }

  public static Answer power(TestCaller caller, String room, TestCaller member, int level) {
    return caller.send(
        "PUT",
        "/v1/rooms/" + room + "/members/" + member.participantId(),
        "{\"power_level\": " + level + "}");
  }

  /// Sends a text message.
  public static Answer say(TestCaller caller, String room, String text) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.putObject("content").put("msgtype", "swp.text").put("body", text);
    return caller.send("POST", "/v1/rooms/" + room + "/send", body.toString());
  }
}
