package parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.auth.Permission;
import parley.testing.Eventually;
import parley.testing.OnBothStores;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestForm;
import parley.testing.TestServer;

/// Listing, changing and deleting in the wave dialect.
@Tag("server")
@OnBothStores
class MediaLibraryTest {
  private final TestServer server = TestServer.shared();

  @Test
  void listsOwnAndSharedEntriesNewestFirst() {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    String first = upload(alice, "1", false);
    String shared = upload(alice, "2", true);
    upload(bob, "3", false);
    String sharedByBob = upload(bob, "4", true);
    upload(server.newTenant(), "5", true);

    Answer list = alice.get("/v1/media");

    assertThat(list.status()).isEqualTo(200);
    assertThat(ids(list)).containsExactly(sharedByBob, shared, first);
    assertThat(list.at("/meta/total")).isEqualTo("3");
    assertThat(list.at("/meta/next_cursor")).isNull();
    assertThat(list.json().get("data").get(0))
        .isEqualTo(alice.get("/v1/media/" + sharedByBob + "/info").json().get("data"));
  }

  @Test
  void listsEveryEntryOnceWhileMoreAreUploaded() {
    TestCaller alice = server.newTenant();
    List<String> uploaded = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      uploaded.addFirst(upload(alice, "file " + i, i % 2 == 0));
    }

    List<String> seen = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      Answer page = alice.get("/v1/media?limit=3" + cursor);
      seen.addAll(ids(page));
      upload(alice, "later " + seen.size(), false);
      String next = page.at("/meta/next_cursor");
      cursor = next == null ? null : "&cursor=" + next;
    }

    assertThat(seen).containsExactlyElementsOf(uploaded);
  }

  @Test
  void refusesInvalidListParameters() {
    TestCaller alice = server.newTenant();
    for (String query :
        List.of("limit=0", "limit=201", "limit=x", "limit=", "cursor=x", "cursor=%00", "cursor=")) {
      Answer answer = alice.get("/v1/media?" + query);
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.at("/error/code")).as(query).isEqualTo("SW_BAD_REQUEST");
    }
    assertThat(server.stranger().get("/v1/media").status()).isEqualTo(401);
    assertThat(alice.only(Permission.CALLS).get("/v1/media").status()).isEqualTo(403);
  }

  @Test
  void changesOnlyDescriptionAndScope() {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague();
    String path = "/v1/media/" + upload(alice, "x", false);

    Answer described = alice.send("PATCH", path, "{\"description\": \"é\", \"size\": 7}");
    assertThat(described.status()).isEqualTo(200);
    assertThat(described.at("/data/description")).isEqualTo("é");
    assertThat(described.at("/data/size")).isEqualTo("1");
    assertThat(described.at("/data/tenant_scope")).isEqualTo("false");

    assertThat(bob.get(path + "/info").status()).isEqualTo(404);
    assertThat(alice.send("PATCH", path, "{\"tenant_scope\": true}").at("/data/description"))
        .isEqualTo("é");
    assertThat(bob.get(path + "/info").status()).isEqualTo(200);
    assertThat(alice.send("PATCH", path, "{\"description\": null}").at("/data/description"))
        .isNull();
    assertThat(alice.get(path + "/info").at("/data/description")).isNull();
  }

  @Test
  void keepsBothOfTwoChangesAtTheSameTime() throws Exception {
    TestCaller alice = server.newTenant();
    String media = upload(alice, "x", true);
    String path = "/v1/media/" + media;
    CompletableFuture<Answer> hidden;
    CompletableFuture<Answer> described;
    try (AutoCloseable _ =
        server.hold("select 1 from media where id = '" + media.substring(4) + "' for update")) {
      hidden = changed(alice, path, "{\"tenant_scope\": false}");
      described = changed(alice, path, "{\"description\": \"new\"}");
      Eventually.holds(
          "both wait",
          () ->
              server.count(
                      "from pg_stat_activity where datname = current_database()"
                          + " and wait_event_type = 'Lock'")
                  == 2);
    }
    assertThat(hidden.join().status()).isEqualTo(200);
    assertThat(described.join().status()).isEqualTo(200);

    assertThat(alice.get(path + "/info").at("/data/tenant_scope")).isEqualTo("false");
    assertThat(alice.get(path + "/info").at("/data/description")).isEqualTo("new");
    assertThat(alice.colleague().get(path + "/info").status()).isEqualTo(404);
  }

  private static CompletableFuture<Answer> changed(TestCaller caller, String path, String change) {
    return CompletableFuture.supplyAsync(
        () -> caller.send("PATCH", path, change), Thread::startVirtualThread);
  }

  @Test
  void refusesForbiddenAndInvalidChanges() {
    TestCaller alice = server.newTenant();
    TestCaller bob = alice.colleague().only(Permission.MEDIA_WRITE, Permission.MEDIA_READ);
    String path = "/v1/media/" + upload(bob, "x", true);
    TestCaller carol = alice.as("carol", Permission.MEDIA_WRITE, Permission.MEDIA_READ);

    assertThat(carol.send("PATCH", path, "{}").status()).isEqualTo(403);
    assertThat(carol.delete(path).status()).isEqualTo(403);
    assertThat(server.newTenant().send("PATCH", path, "{}").status()).isEqualTo(404);
    assertThat(server.newTenant().delete(path).status()).isEqualTo(404);
    assertThat(server.stranger().delete(path).status()).isEqualTo(401);
    for (String body :
        List.of(
            "[]",
            "null",
            "{",
            "{\"description\": 7}",
            "{\"tenant_scope\": \"yes\"}",
            "{\"tenant_scope\": null}",
            "{\"description\": \"a\\u0000b\"}",
            "{\"description\": \"" + "x".repeat(1001) + "\"}")) {
      assertThat(alice.send("PATCH", path, body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void deletesTheBytesWithTheLastEntry() {
    try (TestServer own = TestServer.start(Map.of())) {
      TestCaller alice = own.newTenant();
      TestCaller bob = alice.as("bob", Permission.MEDIA_WRITE, Permission.MEDIA_READ);
      String first = upload(alice, "the same", false);
      String second = upload(bob, "the same", false);

      assertThat(bob.delete("/v1/media/" + first).status()).isEqualTo(404);
      assertThat(alice.delete("/v1/media/" + first).status()).isEqualTo(204);
      assertThat(alice.get("/v1/media/" + first + "/info").status()).isEqualTo(404);
      assertThat(alice.get("/v1/media/download/" + first).status()).isEqualTo(404);
      assertThat(bob.get("/v1/media/download/" + second).text()).isEqualTo("the same");
      assertThat(own.storedFiles()).hasSize(1);

      // An administrator may delete files that only bob can see.
      assertThat(alice.delete("/v1/media/" + second).status()).isEqualTo(204);
      assertThat(alice.delete("/v1/media/" + second).status()).isEqualTo(404);
      assertThat(own.storedFiles()).isEmpty();
    }
  }

  @Test
  void auditsUploadsAndDeletionsForAdministratorsOfTheTenant() {
    TestCaller alice = server.newTenant();
    String media = upload(alice, "x", false);
    upload(server.newTenant(), "y", false);
    alice.delete("/v1/media/" + media);

    Answer newest = alice.get("/v1/admin/audit?limit=1");
    assertThat(newest.at("/data/0/action")).isEqualTo("media.delete");
    assertThat(newest.at("/data/0/subject")).isEqualTo(media);
    assertThat(newest.at("/data/0/user_id")).isNotNull();
    Answer older = alice.get("/v1/admin/audit?limit=1&cursor=" + newest.at("/meta/next_cursor"));
    assertThat(older.at("/data/0/action")).isEqualTo("media.upload");
    assertThat(older.at("/data/0/subject")).isEqualTo(media);
    assertThat(older.at("/meta/next_cursor")).isNull();

    assertThat(alice.only(Permission.MEDIA_READ).get("/v1/admin/audit").status()).isEqualTo(403);
    assertThat(server.stranger().get("/v1/admin/audit").status()).isEqualTo(401);
  }

  private static String upload(TestCaller caller, String content, boolean shared) {
    TestForm form =
        new TestForm()
            .file("file", "a.txt", content.getBytes(StandardCharsets.UTF_8))
            .field("tenant_scope", String.valueOf(shared));
    return String.valueOf(caller.post("/v1/media/upload", form).at("/data/media_id"));
  }

  private static List<String> ids(Answer list) {
    return list.json().get("data").findValuesAsString("media_id");
  }
}
