package parley.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A form with a file that was whole once.
final class HostileForm {
  static final String BOUNDARY = "XyZ";

  private static final List<String> PIECES =
      List.of(
          "\r\n--XyZ",
          "\r\n--XyZ--",
          "\r\n--XyZ--\r\n",
          "\r\n--XyZ\r\n",
          "--XyZ",
          "\r\n--Xy",
          "\r\n",
          "\r",
          "\n",
          "--",
          "-",
          "\r\n\r\n",
          "Content-Disposition: form-data; name=",
          "Content-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n",
          "Content-Type: text/html\r\n",
          "Content-Transfer-Encoding: base64\r\n",
          "name=\"file\"",
          "filename=",
          "filename*=UTF-8''",
          "\"",
          ";",
          "=",
          "%22",
          "\\",
          ":",
          " ",
          "\t",
          "\u0000",
          "ü",
          "\u202e");

  /// How contents begin that the server looks into.
  private static final List<String> BEGINNINGS =
      List.of(
          "RIFF\u0010\u0000\u0000\u0000WAVEfmt ",
          "ID3\u0004\u0000\u0000",
          "fLaC\u0000\u0000\u0000\"",
          "\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR",
          "ÿØÿà\u0000\u0010JFIF\u0000",
          "GIF89a",
          "PK\u0003\u0004",
          "%PDF-1.7",
          "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");

  private final byte[] body;
  private final byte @Nullable [] content;

  /// @param content what its file part holds; null when the form was broken
  private HostileForm(byte[] body, byte @Nullable [] content) {
    this.body = body;
    this.content = content;
  }

  /// As it is to be sent.
  byte[] body() {
    return body;
  }

  /// A form for a dialect's upload.
  ///
  /// @param fileField what the dialect calls the file
  static HostileForm make(RandomGenerator random, String fileField, boolean broken) {
    byte[] content = content(random);
    List<byte[]> parts = new ArrayList<>();
    parts.add(part("name=\"" + fileField + "\"; filename=\"a.bin\"", content));
    if (random.nextInt(3) == 0) {
      parts.add(part("name=\"description\"", bytes("text " + random.nextInt())));
    }
    if (random.nextInt(4) == 0) {
      parts.add(part("name=\"tenant_scope\"", bytes(random.nextBoolean() ? "true" : "false")));
    }
    if (random.nextInt(8) == 0) {
      parts.add(part("name=\"other\"; filename=\"b\"", bytes("passed over")));
    }
    Collections.shuffle(parts, Random.from(random));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    parts.forEach(body::writeBytes);
    body.writeBytes(bytes("--" + BOUNDARY + "--\r\n"));
    return broken
        ? new HostileForm(mutated(body.toByteArray(), random), null)
        : new HostileForm(body.toByteArray(), content);
  }

  private static byte[] content(RandomGenerator random) {
    int most = random.nextInt(100) == 0 ? 300_000 : 600;
    byte[] content = new byte[1 + random.nextInt(most)];
    random.nextBytes(content);
    if (random.nextBoolean()) {
      // Text, which the app dialect takes too.
      for (int i = 0; i < content.length; i++) {
        content[i] = (byte) ('a' + (content[i] & 0xf));
      }
    }
    if (random.nextInt(100) == 0) {
      byte[] beginning =
          BEGINNINGS.get(random.nextInt(BEGINNINGS.size())).getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(beginning, 0, content, 0, Math.min(beginning.length, content.length));
    }
    return content;
  }

  private static byte[] part(String parameters, byte[] content) {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    part.writeBytes(
        bytes("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + parameters + "\r\n\r\n"));
    part.writeBytes(content);
    part.writeBytes(bytes("\r\n"));
    return part.toByteArray();
  }

  private static byte[] mutated(byte[] whole, RandomGenerator random) {
    byte[] body = whole;
    for (int i = 1 + random.nextInt(4); i > 0 && body.length > 0; i--) {
      // The head of a form is where most can be broken.
      int at = random.nextInt(random.nextBoolean() ? body.length : Math.min(body.length, 150));
      int length = random.nextInt(Math.min(body.length - at, 40) + 1);
      body =
          switch (random.nextInt(7)) {
            case 0 -> spliced(body, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(body, at, at + length, new byte[0]);
            case 2 -> spliced(body, at, at, Arrays.copyOfRange(body, at, at + length));
            case 3 -> random.nextInt(4) == 0 ? Arrays.copyOf(body, at) : body;
            default -> spliced(body, at, at, bytes(PIECES.get(random.nextInt(PIECES.size()))));
          };
    }
    return body;
  }

  private static byte[] spliced(byte[] body, int from, int to, byte[] between) {
    byte[] result = new byte[body.length - (to - from) + between.length];
    System.arraycopy(body, 0, result, 0, from);
    System.arraycopy(between, 0, result, from, between.length);
    System.arraycopy(body, to, result, from + between.length, body.length - to);
    return result;
  }

  /// Whether the stored bytes can be what this form's file part holds: they stand in the body from
  /// the end of some headers to a boundary, and no boundary is in them.
  boolean mayHold(byte[] stored) {
    if (content != null) {
      return Arrays.equals(content, stored);
    }
    String all = latin1(body);
    String text = latin1(stored);
    for (int at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
      if (all.startsWith("\r\n\r\n", at - 4) && isBoundary(all, at + text.length())) {
        for (int in = text.indexOf("\r\n--XyZ"); in >= 0; in = text.indexOf("\r\n--XyZ", in + 1)) {
          if (isBoundary(text, in)) {
            return false;
          }
        }
        return true;
      }
    }
    return false;
  }

  private static boolean isBoundary(String text, int at) {
    if (!text.startsWith("\r\n--XyZ", at)) {
      return false;
    }
    String behind = text.substring(at + 7, Math.min(at + 9, text.length()));
    return behind.startsWith(" ")
        || behind.startsWith("\t")
        || behind.startsWith("\r")
        || behind.equals("--");
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
