package parley.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import parley.web.multipart.Multipart;

/// GB/s of the multipart parser and, interleaved, of a loop that only copies the same bytes from
/// the same stream; median of the rounds.
public final class MultipartBenchmark {
  private static final int ROUNDS = 15;
  private static final int CONTENT_BYTES = 256 * 1024 * 1024;

  private MultipartBenchmark() {}

  @FunctionalInterface
  private interface Work {
    long read(InputStream body) throws IOException;
  }

  /// Prints one line for each kind of content.
  public static void main(String[] arguments) throws IOException {
    byte[] noise = new byte[CONTENT_BYTES];
    new Random(1).nextBytes(noise);
    byte[] text = repeated("The quick brown fox jumps over the lazy dog.\r\n");
    // The worst case: every comparison ends on a byte that allows a shift of only one.
    byte[] hyphens = repeated("-");
    for (String boundary :
        new String[] {"------------------------a1b2c3d4e5f6a7b8", "----WebKitFormBoundaryAbCdEf"}) {
      measure("noise", boundary, noise);
      measure("text", boundary, text);
      measure("hyphens", boundary, hyphens);
    }
  }

  private static byte[] repeated(String line) {
    byte[] pattern = line.getBytes(StandardCharsets.US_ASCII);
    byte[] content = new byte[CONTENT_BYTES];
    for (int i = 0; i < content.length; i++) {
      content[i] = pattern[i % pattern.length];
    }
    return content;
  }

  private static void measure(String name, String boundary, byte[] content) throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream(content.length + 400);
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    form.write(head.getBytes(StandardCharsets.US_ASCII));
    form.write(content);
    form.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    byte[] body = form.toByteArray();
    double[] parsed = new double[ROUNDS];
    double[] copied = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      parsed[round] =
          gigabytesPerSecond(
              body,
              stream -> {
                long[] seen = new long[1];
                OutputStream nowhere = OutputStream.nullOutputStream();
                Multipart.of("multipart/form-data; boundary=" + boundary, stream)
                    .read(part ->
                        (buffer, offset, length) -> {
                          nowhere.write(buffer, offset, length);
                          seen[0] += length;
                        });
                return seen[0];
              });
      copied[round] =
          gigabytesPerSecond(
              body,
              stream -> {
                OutputStream nowhere = OutputStream.nullOutputStream();
                byte[] buffer = new byte[128 * 1024];
                long seen = 0;
                int count;
                while ((count = stream.read(buffer)) >= 0) {
                  nowhere.write(buffer, 0, count);
                  seen += count;
                }
                return seen;
              });
    }
    Arrays.sort(parsed);
    Arrays.sort(copied);
    System.out.printf(
        "%-8s boundary of %d: multipart %.1f GB/s, plain copy %.1f GB/s%n",
        name, boundary.length(), parsed[ROUNDS / 2], copied[ROUNDS / 2]);
  }

  private static double gigabytesPerSecond(byte[] body, Work work) throws IOException {
    long start = System.nanoTime();
    long seen = work.read(new ByteArrayInputStream(body));
    return seen / (double) (System.nanoTime() - start);
  }
}
