package parley.web.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.problem.Problem;
import parley.problem.ProblemCode;

class MultipartTest {
  private static Form.Part only(String disposition) throws IOException {
    byte[] body =
        Form.lines("--XyZ\nContent-Disposition: form-data; " + disposition + "\n\nhello\n--XyZ--");
    List<Form.Part> parts = Form.parse(Form.TYPE, body);
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().text()).isEqualTo("hello");
    return parts.getFirst();
  }

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
  void readsFieldsBeforeAndAfterTheFile() throws IOException {
    byte[] body =
        Form.lines(
            """
            --XyZ
            Content-Disposition: form-data; name="tenant_scope"

            true
            --XyZ
            Content-Disposition: form-data; name="file"; filename="a.txt"
            Content-Type: text/plain

            one

            two
            --XyZ
            content-disposition:form-data;name=description

            after
            --XyZ--
            """);
    List<Form.Part> parts = Form.parse(Form.TYPE, body);
    assertThat(parts)
        .extracting(Form.Part::name)
        .containsExactly("tenant_scope", "file", "description");
    assertThat(parts)
        .extracting(Form.Part::text)
        .containsExactly("true", "one\r\n\r\ntwo", "after");
    assertThat(parts.get(1).fileName()).isEqualTo("a.txt");
    assertThat(parts.get(1).contentType()).isEqualTo("text/plain");
    assertThat(parts.getFirst().fileName()).isNull();
    assertThat(parts.getFirst().contentType()).isNull();
  }

  @Test
  void understandsTheNamesThatCurlAndBrowsersAndOthersSend() throws IOException {
    assertThat(only("name=\"f\"; filename=\"a \\\"b\\\" \\\\ c.txt\"").fileName())
        .isEqualTo("a \"b\" \\ c.txt");
    assertThat(only("name=\"f\"; filename=\"a %22b%22%0D%0A 100%.txt\"").fileName())
        .isEqualTo("a \"b\"\r\n 100%.txt");
    assertThat(only("name=\"f\"; filename=\"C:\\dir\\file.txt\"").fileName())
        .isEqualTo("C:\\dir\\file.txt");
    assertThat(only("name=\"f\"; filename=\"Überfahrt – 日本.wav\"").fileName())
        .isEqualTo("Überfahrt – 日本.wav");
    assertThat(only("name=\"f\"; filename=\"x\"; filename*=UTF-8''%e2%82%ac%20rates").fileName())
        .isEqualTo("€ rates");
    assertThat(only("name=\"f\"; filename*=iso-8859-1'en'%A3; filename=x").fileName())
        .isEqualTo("£");
    assertThat(only("name=\"f\"; filename*=UTF-8''%ff%fe; filename=plain").fileName())
        .isEqualTo("plain");
    assertThat(only("name=\"f\"; filename*=UTF-8''%zz; filename=plain").fileName())
        .isEqualTo("plain");
    assertThat(only("name=\"f\"; filename*=koi8-r''abc; filename=plain").fileName())
        .isEqualTo("plain");
    assertThat(only("NAME=\"a; b=c\"; FileName=\"d;e\";").name()).isEqualTo("a; b=c");
    assertThat(only("name=\"f\"; filename=\"\"").fileName()).isEmpty();
    assertThat(only("name=\"\"").name()).isEmpty();
    assertThat(only("name=\"f\";\n\tfilename=\"folded.txt\"").fileName()).isEqualTo("folded.txt");
  }

  @Test
  void readsNamesInLatin1WhenTheyAreNotUtf8() throws IOException {
    byte[] body =
        "--XyZ\r\nContent-Disposition: form-data; name=\"Größe\"\r\n\r\n1\r\n--XyZ--"
            .getBytes(ISO_8859_1);
    assertThat(Form.parse(Form.TYPE, body).getFirst().name()).isEqualTo("Größe");
  }

  @Test
  void skipsPreambleAndEpilogueAndPaddingBehindBoundaries() throws IOException {
    byte[] body =
        Form.lines(
            """
            This is a preamble
            --XyZ \t\s
            Content-Disposition: form-data; name=a

            1
            --XyZ--\s
            an epilogue
            --XyZ
            """);
    assertThat(Form.parse(Form.TYPE, body)).extracting(Form.Part::text).containsExactly("1");
  }

  @Test
  void readsEmptyContentAndAnEmptyForm() throws IOException {
    byte[] body =
        Form.lines(
            """
            --XyZ
            Content-Disposition: form-data; name=a


            --XyZ
            Content-Disposition: form-data; name=b

            --XyZ--\
            """);
    assertThat(Form.parse(Form.TYPE, body)).extracting(Form.Part::text).containsExactly("", "");
    assertThat(Form.parse(Form.TYPE, Form.lines("--XyZ--"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n--XyY",
        "\n--Xy",
        "\n--XyZa",
        "\n--XyZ-a",
        "\n\n--Xy\n--X",
        "a--XyZ--",
        " --XyZ\n",
        "\r\r\r",
        "\n-",
        "\r",
        "\n",
        "\r\n--XyZzz\n--XyZ-"
      })
  void keepsContentThatLooksLikeABoundary(String content) throws IOException {
    byte[] bytes = Form.lines(content);
    byte[] body = Form.body("XyZ", List.of(bytes, bytes));
    for (int most = 1; most < body.length; most++) {
      List<Form.Part> parts = Form.parse(Form.TYPE, Form.inPieces(body, most, new Random(most)));
      assertThat(parts).hasSize(2);
      assertThat(parts.getFirst().content()).isEqualTo(bytes);
      assertThat(parts.getLast().content()).isEqualTo(bytes);
    }
  }

  @Test
  void findsTheBoundaryAtEveryPlaceAroundTheBufferEdges() throws IOException {
    byte[] noise = new byte[40_000];
    new Random(1).nextBytes(noise);
    for (int edge : new int[] {16 * 1024, 32 * 1024}) {
      for (int length = edge - 160; length < edge + 20; length++) {
        byte[] content = Arrays.copyOf(noise, length);
        byte[] body = Form.body("XyZ", List.of(content, new byte[] {7}));
        List<Form.Part> parts = Form.parse(Form.TYPE, body);
        assertThat(parts).hasSize(2);
        assertThat(parts.getFirst().content()).isEqualTo(content);
        assertThat(parts.getLast().content()).isEqualTo(new byte[] {7});
      }
    }
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

  @Test
  void takesBareLineFeedsBeforeABoundaryAsContent() throws IOException {
    byte[] body =
        "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\nx\n--XyZ--\r\n--XyZ--"
            .getBytes(UTF_8);
    assertThat(Form.parse(Form.TYPE, body))
        .extracting(Form.Part::text)
        .containsExactly("x\n--XyZ--");
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "XyZ",
        "----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "gc0p4Jq0M:2Yt08j34c0p",
        "a b'()+_,-./:=?c",
        "1234567890123456789012345678901234567890123456789012345678901234567890"
      })
  void takesEveryBoundaryOfTheStandard(String boundary) throws IOException {
    byte[] body = Form.body(boundary, List.of("x".getBytes(UTF_8)));
    String quoted = "Multipart/Form-Data; charset=utf-8; Boundary=\"" + boundary + "\"";
    assertThat(Form.parse(quoted, body)).extracting(Form.Part::text).containsExactly("x");
    String bare = "multipart/form-data;boundary=" + boundary + " ; charset=utf-8";
    assertThat(Form.parse(bare, body)).extracting(Form.Part::text).containsExactly("x");
  }

  @Test
  void boundsPartsHeadersAndWhatNobodyWants() throws IOException {
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

  /// Zeroes without end.
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
  void doesNotReportACutOffPartAsEnded() {
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

  @Test
  void collectsTextFieldsAndSkipsWhatHasNoSink() throws IOException {
    byte[] body =
        Form.lines(
            """
            --XyZ
            Content-Disposition: form-data; name=language

            de
            --XyZ
            Content-Disposition: form-data; name=unwanted

            zzz
            --XyZ
            Content-Disposition: form-data; name=word

            Größe
            --XyZ
            Content-Disposition: form-data; name=word

            zwei
            --XyZ--
            """);
    TextFields fields = new TextFields();
    Multipart.of(Form.TYPE, new ByteArrayInputStream(body))
        .read(part -> part.name().equals("unwanted") ? null : fields.collect(part));
    assertThat(fields.first("language")).isEqualTo("de");
    assertThat(fields.first("unwanted")).isNull();
    assertThat(fields.first("word")).isEqualTo("Größe");
    assertThat(fields.all("word")).containsExactly("Größe", "zwei");
    assertThat(fields.all("none")).isEmpty();
  }

  @Test
  void refusesTextFieldsThatAreTooLongOrNotText() throws IOException {
    for (byte[] content : List.of(new byte[64 * 1024 + 1], new byte[] {(byte) 0xff, 'a'})) {
      TextFields fields = new TextFields();
      Multipart form =
          Multipart.of(Form.TYPE, new ByteArrayInputStream(Form.body("XyZ", List.of(content))));
      assertThatThrownBy(() -> form.read(fields::collect))
          .isInstanceOfSatisfying(
              Problem.class,
              problem -> assertThat(problem.details().getFirst().field()).isEqualTo("p0"));
    }
    TextFields fields = new TextFields();
    Multipart.of(
            Form.TYPE, new ByteArrayInputStream(Form.body("XyZ", List.of(new byte[64 * 1024]))))
        .read(fields::collect);
    assertThat(fields.first("p0")).hasSize(64 * 1024);
  }

  @Test
  void staysLinearOnContentMadeToSlowTheSearchDown() throws IOException {
    String boundary = "a".repeat(70);
    List<byte[]> hostile =
        List.of(
            ("\r\n--" + "a".repeat(69)).repeat(200_000).getBytes(UTF_8),
            "a".repeat(15_000_000).getBytes(UTF_8),
            "\r\n--".repeat(3_750_000).getBytes(UTF_8),
            "\r".repeat(15_000_000).getBytes(UTF_8));
    for (byte[] content : hostile) {
      byte[] body = Form.body(boundary, List.of(content));
      ByteArrayOutputStream kept = new ByteArrayOutputStream(content.length);
      long start = System.nanoTime();
      Multipart.of("multipart/form-data; boundary=" + boundary, new ByteArrayInputStream(body))
          .read(headers -> kept::write);
      assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
      assertThat(kept.toByteArray()).isEqualTo(content);
    }
  }
}
