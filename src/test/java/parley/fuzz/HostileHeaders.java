package parley.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Header values that nobody sends by accident.
final class HostileHeaders {
  private static final List<String> RANGE_PIECES =
      List.of(
          "bytes=",
          "bytes",
          "BYTES=",
          "items=",
          "=",
          "-",
          "--",
          ",",
          ", ",
          " ",
          "\t",
          "0",
          "1",
          "00",
          "99",
          "499",
          "500",
          "501",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999",
          "+1",
          "0x1",
          "1.5",
          "٣",
          "0-0",
          "0-",
          "-1",
          "-0",
          "5-4",
          "10-20",
          "0-9,5-14",
          ";",
          "\"",
          "ü");

  private static final List<String> NAME_PIECES =
      List.of(
          "a",
          "report",
          ".txt",
          ".",
          "..",
          "/",
          "\\",
          "../../etc/passwd",
          "C:\\x\\",
          "\\\"",
          "%22",
          "%0D%0A",
          "%0a",
          "%",
          "%zz",
          "'",
          "''",
          ";",
          "; filename=x",
          "=",
          "*",
          ",",
          "ü",
          "日本",
          "e\u0301",
          "\u0301",
          "\u202e",
          "\u200d",
          "\ufeff",
          "\u0085",
          "\u2028",
          "😀",
          "\ud83d",
          "\t",
          " ",
          "\u007f",
          "\u0001",
          "\u0000",
          "<script>",
          "CON",
          "a".repeat(300),
          "é".repeat(140),
          ".tar.gz",
          "\u00a0",
          "|",
          "`",
          "~",
          "{",
          "}");

  private HostileHeaders() {}

  /// The value of a `Range` header for a file of some hundred bytes.
  static String range(RandomGenerator random) {
    if (random.nextInt(2) == 0) {
      return "bytes=" + number(random) + "-" + number(random);
    }
    StringBuilder range = new StringBuilder(random.nextInt(4) == 0 ? "" : "bytes=");
    for (int i = random.nextInt(8); i >= 0; i--) {
      range.append(RANGE_PIECES.get(random.nextInt(RANGE_PIECES.size())));
    }
    return range.toString();
  }

  private static String number(RandomGenerator random) {
    return random.nextInt(5) == 0 ? "" : String.valueOf(random.nextInt(600));
  }

  /// A `Content-Disposition` for a file part, and in half of all cases a sound one.
  static byte[] disposition(RandomGenerator random) {
    StringBuilder name = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      name.append(NAME_PIECES.get(random.nextInt(NAME_PIECES.size())));
    }
    String header =
        switch (random.nextInt(6)) {
          case 0 -> "form-data; name=file; filename=" + name;
          case 1 -> "form-data; name=\"file\"; filename*=UTF-8''" + name;
          case 2 -> "form-data; name=\"file\"; filename=\"x\"; filename*=" + name;
          case 3 ->
              "form-data; name=\"file\"; filename*=utf-8'en'" + encoded(name.toString(), random);
          default ->
              "form-data; name=\"file\"; filename=\"" + name.toString().replace("\"", "%22") + "\"";
        };
    // Some names come in the encoding of old clients.
    return header.getBytes(
        random.nextInt(10) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static String encoded(String name, RandomGenerator random) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      encoded.append(String.format("%%%02X", octet & 0xff));
    }
    if (random.nextInt(4) == 0) {
      encoded.setLength(random.nextInt(encoded.length()));
    }
    return encoded.toString();
  }
}
