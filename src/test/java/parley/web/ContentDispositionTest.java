package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import parley.filenames.FileName;
import parley.testing.Fuzz;

class ContentDispositionTest {
  @Test
  void writesPlainNamesPlainly() {
    assertThat(ContentDisposition.attachment("report 1.pdf"))
        .isEqualTo("attachment; filename=\"report 1.pdf\"");
    assertThat(ContentDisposition.inline("a.png")).isEqualTo("inline; filename=\"a.png\"");
  }

  @Test
  void writesOtherNamesInBothForms() {
    assertThat(ContentDisposition.attachment("Überfahrt € 5.wav"))
        .isEqualTo(
            "attachment; filename=\"Uberfahrt _ 5.wav\";"
                + " filename*=UTF-8''%C3%9Cberfahrt%20%E2%82%AC%205.wav");
    assertThat(ContentDisposition.attachment("a\"b;%41.txt"))
        .isEqualTo("attachment; filename=\"a_b;_41.txt\"; filename*=UTF-8''a%22b%3B%2541.txt");
  }

  @Test
  void escapesEveryName() {
    assertThat(ContentDisposition.attachment("a\r\nSet-Cookie: b=c\".txt"))
        .doesNotContain("\r", "\n")
        .startsWith("attachment; filename=\"aSet-Cookie: b=c_.txt\"");
    assertThat(ContentDisposition.attachment("photo\u202Egpj.exe"))
        .isEqualTo("attachment; filename=\"photogpj.exe\"");
    assertThat(ContentDisposition.attachment("../../x")).isEqualTo("attachment; filename=\"x\"");
    assertThat(ContentDisposition.attachment("\u0000")).isEqualTo("attachment; filename=\"file\"");
  }

  @Test
  void keepsTheLongestName() {
    String name = "文".repeat(84) + ".md";
    String header = ContentDisposition.attachment(name);
    String encoded = header.substring(header.lastIndexOf("UTF-8''") + 7);
    assertThat(URLDecoder.decode(encoded, StandardCharsets.UTF_8)).isEqualTo(name);
  }

  @Test
  void isOneLineOfVisibleAsciiForEveryName() {
    Fuzz.repeat(
        5_000,
        random -> {
          StringBuilder name = new StringBuilder();
          for (int i = random.nextInt(300); i > 0; i--) {
            name.append(
                (char) (random.nextInt(3) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
          }
          String header = ContentDisposition.attachment(name.toString());
          assertThat(header)
              .matches(
                  "attachment; filename=\"[ -~&&[^\"\\\\%]]+\""
                      + "(; filename\\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+)?");
          int extended = header.lastIndexOf("UTF-8''");
          String sent =
              extended < 0
                  ? header.substring(header.indexOf('"') + 1, header.length() - 1)
                  : URLDecoder.decode(
                      header.substring(extended + 7).replace("+", "%2B"), StandardCharsets.UTF_8);
          assertThat(sent).isEqualTo(FileName.clean(name.toString(), "file"));
        });
  }
}
