package parley.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import parley.fuzz.RawConnection.Answer;

/// One upload of a hostile form, in one of the dialects and one of the ways to frame a body.
final class UploadCase {
  private enum Dialect {
    WAVE("/v1/media/upload", "file"),
    LIBRARY("/api/v1/media", "File"),
    APP("/files/upload", "file");

    private final String path;
    private final String fileField;

    Dialect(String path, String fileField) {
      this.path = path;
      this.fileField = fileField;
    }
  }

  private UploadCase() {}

  static void run(FuzzClient client, RandomGenerator random) throws IOException {
    Dialect dialect = Dialect.values()[random.nextInt(3)];
    switch (random.nextInt(25)) {
      case 0 -> brokenChunks(client, random, dialect);
      case 1 -> cutOff(client, random, dialect);
      case 2, 3 -> {
        HostileForm form = HostileForm.make(random, dialect.fileField, false);
        byte[] stored =
            checked(client, form, client.exchange(framed(client, random, dialect, form), false));
        // Random bytes are no audio, but anything is common content.
        FuzzClient.require(stored != null || dialect != Dialect.WAVE, "a whole form was refused");
      }
      default -> {
        HostileForm form = HostileForm.make(random, dialect.fileField, true);
        checked(client, form, client.exchange(framed(client, random, dialect, form), false));
      }
    }
  }

  private static byte @Nullable [] checked(FuzzClient client, HostileForm form, Answer answer)
      throws IOException {
    if (answer.status() >= 400) {
      FuzzClient.require(
          answer.status() == 400 || answer.status() == 415, "refused as " + answer.text());
      return null;
    }
    byte[] stored = client.accepted(answer);
    FuzzClient.require(form.mayHold(stored), "other bytes were stored than were sent");
    return stored;
  }

  private static byte[] framed(
      FuzzClient client, RandomGenerator random, Dialect dialect, HostileForm form) {
    StringBuilder head = head(client, dialect);
    if (random.nextInt(5) > 0) {
      return joined(head.append("Content-Length: ").append(form.body().length), form.body());
    }
    return joined(head.append("Transfer-Encoding: chunked"), chunked(form.body(), random));
  }

  /// Chunks whose sizes are not what they say, or no sizes at all.
  private static void brokenChunks(FuzzClient client, RandomGenerator random, Dialect dialect)
      throws IOException {
    HostileForm form = HostileForm.make(random, dialect.fileField, false);
    byte[] chunks = chunked(form.body(), random);
    for (int i = random.nextInt(3); i >= 0; i--) {
      chunks[random.nextInt(chunks.length)] = (byte) random.nextInt(256);
    }
    Answer answer =
        client.exchangeAndEnd(
            joined(head(client, dialect).append("Transfer-Encoding: chunked"), chunks));
    if (answer != null && answer.status() < 300) {
      client.accepted(answer);
    }
  }

  /// A body that is shorter than was announced. Its end is missing, so that it is never accepted.
  private static void cutOff(FuzzClient client, RandomGenerator random, Dialect dialect)
      throws IOException {
    HostileForm form = HostileForm.make(random, dialect.fileField, false);
    byte[] sent = Arrays.copyOf(form.body(), random.nextInt(form.body().length - 6));
    byte[] request =
        joined(head(client, dialect).append("Content-Length: ").append(form.body().length), sent);
    if (random.nextBoolean()) {
      try (RawConnection own = client.connect()) {
        own.send(request);
        own.vanish();
      }
      return;
    }
    Answer answer = client.exchangeAndEnd(request);
    FuzzClient.require(answer == null || answer.status() >= 400, "half a form was accepted");
  }

  private static StringBuilder head(FuzzClient client, Dialect dialect) {
    return client
        .head("POST", dialect.path)
        .append("Content-Type: multipart/form-data; boundary=")
        .append(HostileForm.BOUNDARY)
        .append("\r\n");
  }

  private static byte[] joined(StringBuilder head, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static byte[] chunked(byte[] body, RandomGenerator random) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; ) {
      int size = Math.min(body.length - at, 1 + random.nextInt(Math.max(60, body.length / 3)));
      chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunks.write(body, at, size);
      chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += size;
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return chunks.toByteArray();
  }
}
