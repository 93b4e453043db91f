package parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.auth.ApiKeySecret;
import parley.auth.Permission;
import parley.tenants.Tenant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A caller of a [TestServer] or [RealServer]: a token and the requests made with it.
public final class TestCaller {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private final @Nullable TestServer server;
  private final URI address;
  private final @Nullable Tenant tenant;
  private final @Nullable String token;

  /// The user's id, where it is known for a caller of another process.
  private final @Nullable String participant;

  TestCaller(TestServer server, @Nullable Tenant tenant, @Nullable String token) {
    this.server = server;
    this.address = server.uri("");
    this.tenant = tenant;
    this.token = token;
    this.participant = null;
  }

  TestCaller(TestServer server, Tenant tenant, String user, Set<Permission> permissions) {
    this(server, tenant, secret(server, tenant, user, permissions, null));
  }

  /// A caller of a server in another process.
  TestCaller(URI address, String token) {
    this(address, token, null);
  }

  /// The same caller, of another such server.
  TestCaller(URI address, TestCaller elsewhere) {
    this(address, elsewhere.token(), elsewhere.participant);
  }

  private TestCaller(URI address, String token, @Nullable String participant) {
    this.server = null;
    this.address = address;
    this.tenant = null;
    this.token = token;
    this.participant = participant;
  }

  private static String secret(
      TestServer server,
      Tenant tenant,
      String user,
      Set<Permission> permissions,
      @Nullable Instant expiresAt) {
    ApiKeySecret secret =
        server.server().keys().create(tenant.id(), user, "test", permissions, expiresAt).secret();
    return secret.text();
  }

  /// An HTTP response.
  public record Answer(HttpResponse<byte[]> response) {
    public int status() {
      return response.statusCode();
    }

    public byte[] bytes() {
      return response.body();
    }

    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    public @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    /// The body as JSON.
    public JsonNode json() {
      return JsonMapper.shared().readTree(response.body());
    }

    /// The value at a JSON pointer of the body, as a string; null when there is none.
    public @Nullable String at(String pointer) {
      JsonNode node = json().at(pointer);
      return node.isMissingNode() || node.isNull() ? null : node.asString();
    }
  }

  public Tenant tenant() {
    if (tenant == null) {
      throw new IllegalStateException("a stranger has no tenant");
    }
    return tenant;
  }

  private TestServer server() {
    if (server == null) {
      throw new IllegalStateException("only a server in this process makes callers");
    }
    return server;
  }

  /// The user's id, which also identifies the user in rooms and calls.
  public String participantId() {
    if (participant != null) {
      return participant;
    }
    return server().server().keys().authenticate(token()).user().toString();
  }

  public String token() {
    return String.valueOf(token);
  }

  /// Another user of the same tenant with the same permissions.
  public TestCaller colleague() {
    return new TestCaller(server(), tenant(), "bob", Permission.allOfATenant());
  }

  /// A user of the same tenant with a key limited to these permissions.
  public TestCaller as(String user, Permission first, Permission... more) {
    return new TestCaller(server(), tenant(), user, EnumSet.of(first, more));
  }

  /// The same user with a key limited to these permissions.
  public TestCaller only(Permission first, Permission... more) {
    return new TestCaller(server(), tenant(), "alice", EnumSet.of(first, more));
  }

  /// The same user with a key that expires.
  public TestCaller expiring(Instant expiresAt) {
    return withToken(secret(server(), tenant(), "alice", Permission.allOfATenant(), expiresAt));
  }

  /// Another user of the same tenant, with a key that this caller creates over HTTP.
  public TestCaller madeUser(String user, Permission... permissions) {
    ObjectNode wanted = JsonMapper.shared().createObjectNode().put("user", user);
    ArrayNode all = wanted.putArray("permissions");
    for (Permission permission : permissions) {
      all.add(permission.text());
    }
    Answer made = send("POST", "/v1/admin/keys", wanted.toString());
    return new TestCaller(
        address, String.valueOf(made.at("/data/key")), String.valueOf(made.at("/data/user_id")));
  }

  /// The same server, with another token.
  public TestCaller withToken(String other) {
    return new TestCaller(server(), tenant, other);
  }

  /// Opens a WebSocket with the token.
  public TestSocket socket(String path) {
    return TestSocket.connect(URI.create(address + path), token);
  }

  /// Starts a request with the token, which the test completes and sends.
  ///
  /// @param path a path or a complete URL
  public HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(path.startsWith("http://") ? path : address + path))
            .timeout(Duration.ofMinutes(2));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Sends a request and returns the lines of a successful response as they arrive; the caller
  /// closes them.
  public Stream<String> lines(HttpRequest.Builder request) {
    try {
      HttpResponse<Stream<String>> answer = CLIENT.send(request.build(), BodyHandlers.ofLines());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("answered " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Gets a path.
  ///
  /// @param headers alternating names and values
  public Answer get(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /// Sends JSON with any method.
  public Answer send(String method, String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json)));
  }

  public Answer post(String path) {
    return send(request(path).POST(BodyPublishers.noBody()));
  }

  /// Posts a form.
  public Answer post(String path, TestForm form) {
    return send(
        request(path)
            .header("Content-Type", form.contentType())
            .POST(BodyPublishers.ofByteArray(form.bytes())));
  }
}
