package parley.web.multipart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.testing.Fuzz;

class MultipartPropertyTest {
  /// The fragments of hostile content.
  private static final List<String> PIECES =
      List.of(
          "\r\n--XyZ",
          "\r\n--XyZ--",
          "\r\n--XyZ\r\n",
          "--XyZ",
          "\r\n--Xy",
          "\r\n",
          "\r",
          "\n",
          "--",
          "-",
          "\r\n\r\n",
          "X",
          "Content-Disposition: form-data; name=",
          "\"",
          "a",
          ";",
          "filename=",
          "filename*=UTF-8''",
          "%22",
          "\\",
          ":",
          " ",
          "\t",
          "\u0000",
          "ü");

  @Provide
  Arbitrary<byte[]> contents() {
    Arbitrary<byte[]> ordinary = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
    // Similar to boundaries, but never a complete one.
    Arbitrary<byte[]> tempting =
        Arbitraries.of(PIECES)
            .list()
            .ofMaxSize(30)
            .map(pieces -> String.join("", pieces).replace("XyZ", "XyYZ"))
            .map(text -> text.getBytes(StandardCharsets.UTF_8));
    return Arbitraries.oneOf(ordinary, tempting);
  }

  @Property(tries = 2000)
  void returnsWhatWasSentForAnyChunking(
      @ForAll @Size(max = 5) List<@net.jqwik.api.From("contents") byte[]> contents,
      @ForAll @IntRange(min = 1, max = 200) int most,
      @ForAll Random random)
      throws IOException {
    byte[] body = Form.body("XyZ", contents);
    List<Form.Part> parts = Form.parse(Form.TYPE, Form.inPieces(body, most, random));
    assertThat(parts).hasSameSizeAs(contents);
    for (int i = 0; i < contents.size(); i++) {
      assertThat(parts.get(i).name()).isEqualTo("p" + i);
      assertThat(parts.get(i).content()).isEqualTo(contents.get(i));
    }
  }

  @Test
  void parsesEveryMutatedBodyDeterministically() {
    Fuzz.repeat(
        5_000,
        random -> {
          byte[] body = mutated(random);
          Object whole = outcome(body, body.length + 1, random);
          assertThat(outcome(body, 1, random)).isEqualTo(whole);
          assertThat(outcome(body, 1 + random.nextInt(40), random)).isEqualTo(whole);
        });
  }

  private static Object outcome(byte[] body, int most, RandomGenerator random) throws IOException {
    try {
      return Form.parse(Form.TYPE, Form.inPieces(body, most, random));
    } catch (Problem problem) {
      assertThat(problem.code()).isEqualTo(ProblemCode.BAD_MULTIPART);
      return problem.message();
    }
  }

  private static byte[] mutated(RandomGenerator random) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] content = new byte[random.nextInt(120)];
      random.nextBytes(content);
      contents.add(content);
    }
    byte[] body = Form.body("XyZ", contents);
    for (int i = 1 + random.nextInt(6); i > 0 && body.length > 0; i--) {
      int at = random.nextInt(body.length);
      int length = random.nextInt(Math.min(body.length - at, 40) + 1);
      body =
          switch (random.nextInt(6)) {
            case 0 -> spliced(body, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> spliced(body, at, at + length, new byte[0]);
            case 2 -> spliced(body, at, at, Arrays.copyOfRange(body, at, at + length));
            case 3 -> Arrays.copyOf(body, at);
            default -> {
              String piece = PIECES.get(random.nextInt(PIECES.size()));
              yield spliced(body, at, at, piece.getBytes(StandardCharsets.UTF_8));
            }
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
}
