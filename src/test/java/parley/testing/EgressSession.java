package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A recording of a [TestEgress], as LiveKit describes it.
final class EgressSession {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int HALF_A_FILE = 2_000;

  private final String id = "EG_" + UUID.randomUUID();
  private final JsonNode request;
  private final Path source;
  private final boolean silent;
  private final Instant startedAt = Instant.now();
  private String status = "EGRESS_STARTING";
  private String error = "";
  private String details = "";
  private long size;
  private @Nullable Instant leftAt;
  private @Nullable Instant endedAt;

  EgressSession(JsonNode request, Path source, boolean silent) {
    this.silent = silent;
    this.request = request;
    this.source = source;
  }

  String id() {
    return id;
  }

  JsonNode request() {
    return request;
  }

  String room() {
    return request.path("room_name").asString("");
  }

  /// The identity of the participant whom it records; empty when it records the room.
  String participant() {
    return request.path("identity").asString("");
  }

  synchronized void status(String now) {
    if (now.equals("EGRESS_ACTIVE") && !status.equals(now)) {
      begin();
    }
    status = now;
  }

  /// A file in a directory exists from the first write.
  private void begin() {
    if (!request.path("file_outputs").path(0).path("s3").isObject()) {
      put(new byte[0]);
    }
  }

  /// Leaves the room; returns false when it had left already.
  synchronized boolean leave() {
    boolean there = isThere();
    if (there) {
      status = "EGRESS_ENDING";
      leftAt = Instant.now();
    }
    return there;
  }

  synchronized boolean isThere() {
    return status.equals("EGRESS_STARTING") || status.equals("EGRESS_ACTIVE");
  }

  /// Whether no participant has published anything yet.
  synchronized boolean isWaiting() {
    return status.equals("EGRESS_STARTING");
  }

  /// The reason for its end, in egress's words.
  synchronized void ended(String why) {
    details = why;
  }

  synchronized void abort(String why) {
    status = "EGRESS_ABORTED";
    error = why;
    endedAt = Instant.now();
  }

  synchronized void fail(String why) {
    status = "EGRESS_FAILED";
    error = why;
    endedAt = Instant.now();
  }

  /// In protobuf's JSON format: answers use field names, webhooks camel case, and both write 64-bit
  /// numbers as strings and omit defaults.
  synchronized Map<String, Object> info(boolean inWebhook) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("egress_id", id);
    info.put("room_id", "RM_" + room().hashCode());
    info.put("room_name", room());
    if (!status.equals("EGRESS_STARTING")) {
      info.put("status", status);
    }
    info.put("started_at", nanoseconds(startedAt));
    if (!error.isEmpty()) {
      info.put("error", error);
    }
    if (!details.isEmpty()) {
      info.put("details", details);
    }
    info.put(participant().isEmpty() ? "room_composite" : "participant", redacted());
    Instant end = endedAt;
    Instant left = leftAt == null ? end : leftAt;
    if (end != null && left != null) {
      info.put("ended_at", nanoseconds(end));
      info.put(
          "file_results",
          List.of(
              Map.of(
                  "filename", file(),
                  "started_at", nanoseconds(startedAt),
                  "ended_at", nanoseconds(left),
                  "duration", "2000000000",
                  "size", String.valueOf(size),
                  "location", "https://http://127.0.0.1/" + file())));
    }
    return inWebhook ? camelCased(info) : info;
  }

  private JsonNode redacted() {
    JsonNode copy = request.deepCopy();
    if (copy.path("file_outputs").path(0).path("s3") instanceof ObjectNode s3) {
      s3.put("access_key", "{access_key}").put("secret", "{secret}");
    }
    return copy;
  }

  private static String nanoseconds(Instant time) {
    return time.getEpochSecond() + String.format("%09d", time.getNano());
  }

  private static Map<String, Object> camelCased(Map<String, Object> info) {
    Map<String, Object> camel = new LinkedHashMap<>();
    info.forEach((name, value) -> camel.put(camelCased(name), camelCased(value)));
    return camel;
  }

  private static Object camelCased(Object value) {
    Object plain = value instanceof JsonNode node ? JSON.treeToValue(node, Object.class) : value;
    return switch (plain) {
      case Map<?, ?> map -> {
        Map<String, Object> camel = new LinkedHashMap<>();
        map.forEach((name, of) -> camel.put(camelCased(String.valueOf(name)), camelCased(of)));
        yield camel;
      }
      case List<?> list -> list.stream().map(EgressSession::camelCased).toList();
      default -> plain;
    };
  }

  private static String camelCased(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_", -1)) {
      camel.append(
          camel.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return camel.toString();
  }

  private String file() {
    return request.path("file_outputs").path(0).path("filepath").asString("");
  }

  /// Writes the complete file to the requested place.
  void write() {
    byte[] content = recorded();
    put(content);
    synchronized (this) {
      size = content.length;
      endedAt = Instant.now();
    }
  }

  /// Writes the partial file of a program that crashed.
  void writeHalf() {
    byte[] content = recorded();
    put(Arrays.copyOf(content, HALF_A_FILE));
  }

  private byte[] recorded() {
    try {
      Path folder = Files.createTempDirectory("parley-egress-");
      Path file = folder.resolve("recording.mp4");
      Process encoder =
          Programs.ffmpeg(arguments(file))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      if (encoder.waitFor() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("output")));
      }
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      Files.delete(folder.resolve("output"));
      Files.delete(folder);
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<String> arguments(Path file) {
    List<String> arguments =
        new ArrayList<>(List.of("-v", "error", "-i", source.toAbsolutePath().toString()));
    boolean sound =
        participant().isEmpty()
            ? request.path("audio_only").asBoolean(false)
            : request.path("advanced").isMissingNode();
    if (sound) {
      arguments.add("-vn");
    } else {
      arguments.addAll(List.of("-filter_complex", "testsrc=size=320x240:rate=5[picture]"));
      arguments.addAll(List.of("-map", "[picture]", "-map", "0:a", "-shortest"));
      arguments.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast"));
    }
    if (silent) {
      arguments.addAll(List.of("-af", "volume=0"));
    }
    // Makes every recording unique.
    arguments.addAll(List.of("-metadata", "comment=" + id, "-c:a", "aac", file.toString()));
    return arguments;
  }

  private void put(byte[] content) {
    JsonNode s3 = request.path("file_outputs").path(0).path("s3");
    try {
      if (s3.isObject()) {
        put(s3, content);
      } else {
        Path file = Path.of(file());
        Files.createDirectories(file.getParent());
        Files.write(file, content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(JsonNode s3, byte[] content) {
    try (S3Client client =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .endpointOverride(URI.create(s3.path("endpoint").asString()))
            .region(Region.of(s3.path("region").asString()))
            .forcePathStyle(s3.path("force_path_style").asBoolean())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        s3.path("access_key").asString(), s3.path("secret").asString())))
            .build()) {
      client.putObject(
          put -> put.bucket(s3.path("bucket").asString()).key(file()),
          RequestBody.fromBytes(content));
    }
  }
}
