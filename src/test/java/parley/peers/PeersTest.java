package parley.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import parley.speech.relay.FaultyPeer;
import parley.testing.Eventually;
import parley.testing.PeerProxy;
import parley.testing.PeerProxy.Fault;
import parley.testing.Samples;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestClamd;
import parley.testing.TestDecoder;
import parley.testing.TestForm;
import parley.testing.TestLiveKit;
import parley.testing.TestRooms;
import parley.testing.TestS3;
import parley.testing.TestServer;

/// Every service that a server depends on, and every way in which it fails: callers know within
/// seconds, nothing is lost, and everything recovers by itself. [DatabaseAwayTest] has more about
/// the database.
@Tag("slow")
class PeersTest {
  private static final Duration AT_MOST = Duration.ofSeconds(5);
  private static final byte[] CONTENT = "kept".getBytes(StandardCharsets.UTF_8);

  @TempDir static Path folder;
  private static TestDecoder decoder;
  private static TestS3 s3;
  private static TestClamd clamd;
  private static TestLiveKit liveKit;
  private static FaultyPeer relay;
  private static TestServer server;

  private static final Map<Kind, PeerProxy> PROXIES = new EnumMap<>(Kind.class);

  /// A service, a request that needs it, and the expected error during an outage.
  enum Kind {
    STORE("storage", "SW_STORAGE_UNAVAILABLE") {
      @Override
      Answer ask(TestCaller caller, Kept kept) {
        return caller.get(kept.download);
      }
    },
    STORE_FOR_UPLOADS("storage", "SW_STORAGE_UNAVAILABLE") {
      @Override
      Answer ask(TestCaller caller, Kept kept) {
        byte[] large = new byte[1024 * 1024];
        new Random().nextBytes(large);
        return caller.post("/v1/media/upload", new TestForm().file("file", "large", large));
      }
    },
    LIVEKIT("calls", "SW_CALL_LIVEKIT_UNREACHABLE") {
      @Override
      Answer ask(TestCaller caller, Kept kept) {
        return caller.send(
            "POST",
            "/v1/calls/initiate",
            "{\"room_id\": \"" + kept.room + "\", \"type\": \"audio\"}");
      }
    },
    RELAY("speech", "BACKEND_UNAVAILABLE") {
      @Override
      Answer ask(TestCaller caller, Kept kept) {
        return caller.post(
            "/v1/modules/scaiecho/transcribe", new TestForm().file(Path.of("examples/jfk.flac")));
      }
    },
    SCANNER("scanner", "") {
      @Override
      Answer ask(TestCaller caller, Kept kept) {
        byte[] content = new byte[1000];
        new Random().nextBytes(content);
        return caller.post("/v1/media/upload", new TestForm().file("file", "new", content));
      }
    },
    DECODER("decoder", "") {
      @Override
      void set(Fault fault) throws IOException {
        switch (fault) {
          case NONE -> decoder.repair();
          case ABSENT -> decoder.remove();
          case REFUSING -> decoder.become("exit 1");
          case FROZEN -> decoder.become("kill -19 $$; exit 1");
          case SLOW -> decoder.prepend("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
          case GARBAGE -> decoder.become("exec head -c 300000 /dev/urandom");
        }
      }

      @Override
      Answer ask(TestCaller caller, Kept kept) throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        picture.writeBytes(Samples.bytes("plain.gif"));
        picture.writeBytes(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        return caller.post(
            "/v1/media/upload", new TestForm().file("file", "a.gif", picture.toByteArray()));
      }
    };

    final String check;
    final String code;

    /// The proxy between the server and the service.
    PeerProxy proxy() {
      return Objects.requireNonNull(PROXIES.get(this));
    }

    /// Injects or removes a fault.
    void set(Fault fault) throws IOException {
      proxy().set(fault);
    }

    /// Whether requests succeed during the outage and the work is done later.
    boolean worksLater() {
      return this == SCANNER || this == DECODER;
    }

    Kind(String check, String code) {
      this.check = check;
      this.code = code;
    }

    abstract Answer ask(TestCaller caller, Kept kept) throws IOException;
  }

  record Kept(String download, String room) {}

  static Stream<Arguments> faults() {
    return Arrays.stream(Kind.values())
        .flatMap(peer ->
            Arrays.stream(Fault.values())
                .filter(fault -> fault != Fault.NONE && fault != Fault.SLOW)
                .map(fault -> Arguments.of(peer, fault)));
  }

  static Stream<Arguments> peers() {
    return Arrays.stream(Kind.values()).map(Arguments::of);
  }

  @BeforeAll
  static void start() throws IOException {
    decoder = new TestDecoder(folder.resolve("decoder"));
    s3 = TestS3.start();
    clamd = TestClamd.start("AlertExceedsMax yes");
    liveKit = TestLiveKit.prepare();
    liveKit.start(null);
    relay = new FaultyPeer(FaultyPeer.Way.ANSWERS);
    PROXIES.put(Kind.STORE, PeerProxy.before(s3.endpoint()));
    PROXIES.put(Kind.STORE_FOR_UPLOADS, Kind.STORE.proxy());
    PROXIES.put(Kind.LIVEKIT, PeerProxy.before(liveKit.address()));
    PROXIES.put(Kind.RELAY, PeerProxy.before(relay.baseUrl()));
    PROXIES.put(Kind.SCANNER, PeerProxy.before(URI.create("http://" + clamd.tcpAddress().text())));
    Map<String, String> settings = new HashMap<>(liveKit.settings());
    settings.putAll(decoder.settings());
    settings.put("storage.endpoint", "http://127.0.0.1:" + Kind.STORE.proxy().port());
    settings.put("calls.livekit_url", "http://127.0.0.1:" + Kind.LIVEKIT.proxy().port());
    settings.put("relay.base_url", "http://127.0.0.1:" + Kind.RELAY.proxy().port() + "/v1");
    settings.put("scanner.addresses", "127.0.0.1:" + Kind.SCANNER.proxy().port());
    settings.put("scanner.connecting_seconds", "1");
    settings.put("scanner.scanning_seconds", "3");
    // The default: uploads do not wait longer for the decoder.
    settings.put("media.thumbnail_wait_millis", "1500");
    server = TestServer.onS3(settings, s3.newBucket());
  }

  @AfterAll
  static void stop() {
    PROXIES.values().forEach(proxy -> proxy.set(Fault.NONE));
    server.close();
    PROXIES.values().forEach(PeerProxy::close);
    relay.close();
    liveKit.close();
    clamd.close();
    s3.close();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isReportedUnavailableWithinSecondsAndUsedAgainAfterwards(Kind peer, Fault fault)
      throws Exception {
    TestCaller alice = server.newTenant();
    Kept kept = kept(alice);

    peer.set(fault);
    try {
      for (int i = 0; i < 3; i++) {
        long began = System.nanoTime();
        Answer answer = peer.ask(alice, kept);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_MOST);
        if (peer.worksLater()) {
          assertThat(answer.text()).contains("\"pending\"");
        } else {
          assertThat(answer.status()).as(answer.text()).isEqualTo(503);
          assertThat(answer.at("/error/code")).isEqualTo(peer.code);
          assertThat(answer.header("Retry-After")).isNotNull();
        }
      }
      long began = System.nanoTime();
      Answer ready = server.stranger().get("/readyz");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
      assertThat(ready.header("Content-Type")).startsWith("application/json");
      if (peer == Kind.DECODER) {
        Eventually.holds(
            "its self-test failed",
            () -> !"ok".equals(server.stranger().get("/readyz").at("/checks/decoder")));
      } else if (peer != Kind.RELAY) {
        assertThat(ready.at("/checks/" + peer.check)).isNotEqualTo("ok");
      }
    } finally {
      peer.set(Fault.NONE);
    }

    Eventually.holds("back", () -> peer.ask(alice, kept).status() < 300);
    assertThat(alice.get(kept.download).bytes()).isEqualTo(CONTENT);
    Eventually.holds("nothing is left to be done", () -> allDone(alice));
  }

  @ParameterizedTest
  @MethodSource("peers")
  void isNotConsideredUnavailableWhileItIsOnlySlow(Kind peer) throws Exception {
    TestCaller alice = server.newTenant();
    Kept kept = kept(alice);
    Eventually.holds("there", () -> peer.ask(alice, kept).status() < 300);
    peer.set(Fault.SLOW);
    try {
      assertThat(peer.ask(alice, kept).status()).isLessThan(300);
    } finally {
      peer.set(Fault.NONE);
    }
  }

  private static boolean allDone(TestCaller caller) {
    return !caller.get("/v1/media?limit=200").text().contains("\"pending\"");
  }

  private static Kept kept(TestCaller caller) throws Exception {
    CompletableFuture<Answer> stored = new CompletableFuture<>();
    Eventually.holds(
        "a file is stored",
        () -> {
          Answer answer =
              caller.post("/v1/media/upload", new TestForm().file("file", "kept", CONTENT));
          return answer.status() == 200 && stored.complete(answer);
        });
    return new Kept(
        "/v1/media/download/" + stored.join().at("/data/media_id"),
        TestRooms.create(caller, "group"));
  }
}
