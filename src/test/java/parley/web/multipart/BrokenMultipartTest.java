package parley.web.multipart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// Bodies and sinks that abort the reading, and limits.
class BrokenMultipartTest {
  private static void assertBroken(String type, byte[] body) {
    assertThatThrownBy(() -> Form.parse(type, body))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.BAD_MULTIPART));
  }

  private static void assertBroken(String body) {
    assertBroken(Form.TYPE, Form.lines(body));
  }

  @Test
  void refusesABodyThatEndsAnywhereBeforeItsClosingBoundary() {
    byte[] whole =
        Form.lines("--XyZ\nContent-Disposition: form-data; name=a\n\nsome content\n--XyZ--");
    for (int length = 0; length < whole.length; length++) {
      assertBroken(Form.TYPE, Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--XyZ\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Type: text/plain\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition: form-data\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition: attachment; name=a\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition: form-data; name=\"a\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition: form-data; name=\"a\" b\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition: form-data; name=a; name=b\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition: form-data; name\n\ncontent\n--XyZ--",
        """
        --XyZ
        Content-Disposition: form-data; name=a
        Content-Disposition: form-data; name=b

        content
        --XyZ--\
        """,
        "--XyZ\nContent-Disposition: form-data; name=a\nno colon\n\ncontent\n--XyZ--",
        "--XyZ\nContent-Disposition : form-data; name=a\n\ncontent\n--XyZ--",
        "--XyZ\n Content-Disposition: form-data; name=a\n\ncontent\n--XyZ--",
        """
        --XyZ
        Content-Disposition: form-data; name=a
        Content-Transfer-Encoding: base64

        AAAA
        --XyZ--\
        """,
        "--XyZ\nContent-Disposition: form-data; name=\"a\u0000\"\n\ncontent\n--XyZ--",
        "--XyZ junk\nContent-Disposition: form-data; name=a\n\ncontent\n--XyZ--",
        "--Other\nContent-Disposition: form-data; name=a\n\ncontent\n--Other--"
      })
  void refusesBrokenParts(String body) {
    assertBroken(body);
  }

  @Test
  void refusesLineBreaksThatAreNotCrLf() {
    byte[] bare =
        "--XyZ\nContent-Disposition: form-data; name=a\n\ncontent\n--XyZ--".getBytes(UTF_8);
    assertBroken(Form.TYPE, bare);
    byte[] bareInHeaders =
        "--XyZ\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\ncontent\r\n--XyZ--"
            .getBytes(UTF_8);
    assertBroken(Form.TYPE, bareInHeaders);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "multipart/mixed; boundary=XyZ",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"ends with space \"",
        "multipart/form-data; boundary=\"a\tb\"",
        "multipart/form-data; boundary=ü",
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890"
            + "123456789012345678901"
      })
  void refusesContentTypesWithoutAUsableBoundary(String type) {
    assertBroken(type, Form.lines("--XyZ--"));
  }

  @Test
  void refusesAMissingContentType() {
    assertThatThrownBy(() -> Multipart.of(null, InputStream.nullInputStream()))
        .isInstanceOf(Problem.class);
  }

  @Test
  void limitsPartsHeadersAndSkippedContent() throws IOException {
    List<byte[]> hundred = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      hundred.add(new byte[1]);
    }
    assertThat(Form.parse(Form.TYPE, Form.body("XyZ", hundred))).hasSize(100);
    hundred.add(new byte[1]);
    assertBroken(Form.TYPE, Form.body("XyZ", hundred));

    String head = "--XyZ\nContent-Disposition: form-data; name=a\nX: ";
    String tail = "\n\ncontent\n--XyZ--";
    assertThat(Form.parse(Form.TYPE, Form.lines(head + "y".repeat(16_000) + tail))).hasSize(1);
    assertBroken(head + "y".repeat(17_000) + tail);
    assertBroken("--XyZ" + " ".repeat(17_000) + "\n");

    InputStream endless =
        new SequenceInputStream(
            new ByteArrayInputStream(Form.lines(head + tail.substring(0, 2))), new Endless());
    assertThatThrownBy(() -> Multipart.of(Form.TYPE, endless).read(headers -> null))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("16 MiB");
    assertThatThrownBy(() -> Multipart.of(Form.TYPE, new Endless()).read(headers -> null))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("16 MiB");
  }

  /// Endless zeroes.
  private static final class Endless extends InputStream {
    private long given;

    @Override
    public int read() {
      given++;
      return 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      given += length;
      Arrays.fill(target, offset, offset + length, (byte) 0);
      return length;
    }
  }

  @Test
  void stopsReadingAsSoonAsTheSinkRefuses() {
    Endless rest = new Endless();
    InputStream body =
        new SequenceInputStream(
            new ByteArrayInputStream(
                Form.lines("--XyZ\nContent-Disposition: form-data; name=file\n\n")),
            rest);
    Problem overQuota = new Problem(ProblemCode.BODY_TOO_LARGE, "enough");
    long[] taken = new long[1];
    assertThatThrownBy(() ->
            Multipart.of(Form.TYPE, body)
                .read(headers ->
                    (buffer, offset, length) -> {
                      taken[0] += length;
                      if (taken[0] > 1_000_000) {
                        throw overQuota;
                      }
                    }))
        .isSameAs(overQuota);
    assertThat(rest.given).isLessThan(1_000_000 + 2 * 128 * 1024);
  }

  @Test
  void doesNotReportATruncatedPartAsEnded() {
    List<String> ended = new ArrayList<>();
    byte[] body = Form.lines("--XyZ\nContent-Disposition: form-data; name=a\n\nsome");
    assertThatThrownBy(() ->
            Multipart.of(Form.TYPE, new ByteArrayInputStream(body))
                .read(headers ->
                    new PartSink() {
                      @Override
                      public void write(byte[] buffer, int offset, int length) {}

                      @Override
                      public void ended() {
                        ended.add(headers.name());
                      }
                    }))
        .isInstanceOf(Problem.class);
    assertThat(ended).isEmpty();
  }

  @Test
  void passesTheFailureOfTheConnectionOn() {
    IOException reset = new IOException("connection reset");
    InputStream body =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw reset;
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw reset;
          }
        };
    assertThatThrownBy(() -> Multipart.of(Form.TYPE, body).read(headers -> null)).isSameAs(reset);
  }
}
