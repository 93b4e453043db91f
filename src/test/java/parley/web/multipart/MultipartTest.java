package parley.web.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
  private static Form.Part only(String disposition) throws IOException {
    byte[] body =
        Form.lines("--XyZ\nContent-Disposition: form-data; " + disposition + "\n\nhello\n--XyZ--");
    List<Form.Part> parts = Form.parse(Form.TYPE, body);
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().text()).isEqualTo("hello");
    return parts.getFirst();
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
  void understandsFileNamesFromEveryClient() throws IOException {
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
  void skipsPreambleEpilogueAndPaddingAfterBoundaries() throws IOException {
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
  void treatsBareLineFeedsBeforeABoundaryAsContent() throws IOException {
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
        "XyZ",
        "----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "gc0p4Jq0M:2Yt08j34c0p",
        "a b'()+_,-./:=?c",
        "1234567890123456789012345678901234567890123456789012345678901234567890"
      })
  void acceptsEveryValidBoundary(String boundary) throws IOException {
    byte[] body = Form.body(boundary, List.of("x".getBytes(UTF_8)));
    String quoted = "Multipart/Form-Data; charset=utf-8; Boundary=\"" + boundary + "\"";
    assertThat(Form.parse(quoted, body)).extracting(Form.Part::text).containsExactly("x");
    String bare = "multipart/form-data;boundary=" + boundary + " ; charset=utf-8";
    assertThat(Form.parse(bare, body)).extracting(Form.Part::text).containsExactly("x");
  }

  @Test
  void staysLinearOnContentCraftedToBeSlow() throws IOException {
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
