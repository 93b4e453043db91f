package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import parley.filenames.FileName;

class FileNameTest {
  @Test
  void keepsOrdinaryNames() {
    assertThat(FileName.clean("Besprechung – März \"neu\".wav", "x"))
        .isEqualTo("Besprechung – März \"neu\".wav");
    assertThat(FileName.clean("👩‍👩‍👧.png", "x")).isEqualTo("👩‍👩‍👧.png");
  }

  @Test
  void keepsOnlyTheLastSegmentOfAPath() {
    assertThat(FileName.clean("../../etc/passwd", "x")).isEqualTo("passwd");
    assertThat(FileName.clean("C:\\Users\\me\\a.wav", "x")).isEqualTo("a.wav");
    assertThat(FileName.clean("dir/", "x")).isEqualTo("x");
    assertThat(FileName.clean("..", "x")).isEqualTo("x");
    assertThat(FileName.clean("a/.", "x")).isEqualTo("x");
  }

  @Test
  void removesDeceptiveCharactersAndLineBreaks() {
    assertThat(FileName.clean("photo\u202Egpj.exe", "x")).isEqualTo("photogpj.exe");
    assertThat(FileName.clean("a\r\nSet-Cookie: b\u0000.txt", "x")).isEqualTo("aSet-Cookie: b.txt");
    assertThat(FileName.clean("a\uD800b\u2028\u2066.txt", "x")).isEqualTo("ab.txt");
    assertThat(FileName.clean(" \t\u200F ", "x")).isEqualTo("x");
    assertThat(FileName.clean(null, "x")).isEqualTo("x");
  }

  @Test
  void composesDecomposedCharactersOfMacs() {
    assertThat(FileName.clean("Mu\u0308ller.txt", "x")).isEqualTo("M\u00FCller.txt");
  }

  @Test
  void shortensLongNamesAndKeepsTheirExtension() {
    String clean = FileName.clean("ü".repeat(300) + ".flac", "x");
    assertThat(clean).endsWith("ü.flac");
    assertThat(clean.getBytes(StandardCharsets.UTF_8)).hasSize(255);
    assertThat(FileName.clean("a." + "b".repeat(300), "x")).hasSize(255);
  }

  @Test
  void readsTheExtension() {
    assertThat(FileName.extension("a.tar.GZ")).isEqualTo("gz");
    assertThat(FileName.extension("none")).isNull();
    assertThat(FileName.extension(".profile")).isNull();
    assertThat(FileName.extension("a.")).isNull();
    assertThat(FileName.extension("a.b c")).isNull();
  }

  @Test
  void normalizesMarksAfterRemovingForbiddenCharacters() {
    assertThat(FileName.clean("a\u0300\u0000\u0316", "x")).isEqualTo("\u00e0\u0316");
  }

  @Property(tries = 2000)
  void neverReturnsANameThatIsEmptyLongOrAPath(@ForAll String given) {
    String clean = FileName.clean(given, "file");
    assertThat(clean).isNotBlank().doesNotContain("/", "\\", "\n", "\r").isNotIn(".", "..");
    assertThat(clean.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
    assertThat(FileName.clean(clean, "file")).isEqualTo(clean);
  }
}
