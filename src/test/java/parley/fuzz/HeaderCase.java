package parley.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import parley.fuzz.RawConnection.Answer;
import tools.jackson.databind.json.JsonMapper;

/// One download with a hostile `Range`, or one upload with a hostile `Content-Disposition` and what
/// its download then answers.
final class HeaderCase {
  private static final int SIZE = 500;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/" + SIZE);

  /// RFC 6266 and 8187, and nothing that clients read in different ways.
  private static final Pattern DISPOSITION =
      Pattern.compile(
          "(?:inline|attachment); filename=\"([ -~&&[^\"\\\\%]]+)\""
              + "(?:; filename\\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+))?");

  private final FuzzClient client;

  /// Of the file whose ranges are asked for.
  private final byte[] content = new byte[SIZE];

  private @Nullable String download;

  HeaderCase(FuzzClient client, RandomGenerator random) {
    this.client = client;
    random.nextBytes(content);
  }

  void range(RandomGenerator random) throws IOException {
    if (download == null) {
      Answer stored = upload("form-data; name=file".getBytes(StandardCharsets.UTF_8));
      download = "/v1/media/download/" + id(stored);
    }
    boolean head = random.nextInt(10) == 0;
    StringBuilder request = client.head(head ? "HEAD" : "GET", String.valueOf(download));
    request.append("Range: ").append(HostileHeaders.range(random)).append("\r\n");
    if (random.nextInt(10) == 0) {
      request.append("If-Range: ").append(HostileHeaders.range(random)).append("\r\n");
    }
    if (random.nextInt(20) == 0) {
      request.append("If-None-Match: ").append(HostileHeaders.range(random)).append("\r\n");
    }
    Answer answer = client.exchange(request);
    String given = answer.header("content-range");
    switch (answer.status()) {
      case 200 ->
          FuzzClient.require(head || Arrays.equals(answer.body(), content), "not the whole file");
      case 206 -> {
        Matcher range = CONTENT_RANGE.matcher(String.valueOf(given));
        FuzzClient.require(range.matches(), "Content-Range: " + given);
        int first = Integer.parseInt(range.group(1));
        int last = Integer.parseInt(range.group(2));
        FuzzClient.require(first <= last && last < SIZE, "Content-Range: " + given);
        FuzzClient.require(
            head || Arrays.equals(answer.body(), Arrays.copyOfRange(content, first, last + 1)),
            "not the bytes of " + given);
      }
      case 416 ->
          FuzzClient.require(("bytes */" + SIZE).equals(given), "416 with Content-Range " + given);
      default ->
          FuzzClient.require(answer.status() == 400 || answer.status() == 304, answer.text());
    }
  }

  void disposition(RandomGenerator random) throws IOException {
    Answer stored = upload(HostileHeaders.disposition(random));
    if (stored.status() >= 400) {
      FuzzClient.require(stored.status() == 400, "refused as " + stored.text());
      return;
    }
    String id = id(stored);
    Answer shown = client.exchange(client.head("HEAD", "/v1/media/download/" + id));
    String name = JsonMapper.shared().readTree(stored.body()).at("/data/filename").asString();
    FuzzClient.require(name.getBytes(StandardCharsets.UTF_8).length <= 255, "a name too long");
    Matcher header = DISPOSITION.matcher(String.valueOf(shown.header("content-disposition")));
    FuzzClient.require(
        shown.status() == 200 && header.matches(), "Content-Disposition: " + shown.headers());
    String encoded = header.group(2);
    String told =
        encoded == null
            ? header.group(1)
            : URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    FuzzClient.require(
        told.equals(name), "the file is called " + name + ", the header says " + told);
    FuzzClient.require(
        client.exchange(client.head("DELETE", "/v1/media/" + id)).status() == 204, "not deleted");
  }

  /// Deletes the file whose ranges were asked for.
  void end() throws IOException {
    if (download != null) {
      String id = download.substring(download.lastIndexOf('/') + 1);
      client.exchange(client.head("DELETE", "/v1/media/" + id));
    }
  }

  private static String id(Answer stored) {
    return JsonMapper.shared().readTree(stored.body()).at("/data/media_id").asString();
  }

  private Answer upload(byte[] disposition) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("--b\r\nContent-Disposition: ".getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(disposition);
    body.writeBytes("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(content);
    body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder head =
        client
            .head("POST", "/v1/media/upload")
            .append("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ")
            .append(body.size())
            .append("\r\n\r\n");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    request.writeBytes(body.toByteArray());
    return client.exchange(request.toByteArray(), false);
  }
}
