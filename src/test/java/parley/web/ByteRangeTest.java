package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testing.Fuzz;

class ByteRangeTest {
  private static String selected(String header, long size) {
    return switch (ByteRange.select(header, size)) {
      case ByteRange.Whole() -> "whole";
      case ByteRange.Unsatisfiable() -> "unsatisfiable";
      case ByteRange.Part(ByteRange range) -> range.first() + "-" + range.last();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-0 | 0-0",
        "bytes=0-99 | 0-99",
        "bytes=10-19 | 10-19",
        "bytes=90- | 90-99",
        "bytes=90-1000 | 90-99",
        "bytes=-1 | 99-99",
        "bytes=-1000 | 0-99",
        "bytes=5-99999999999999999999999999 | 5-99",
        "bytes=-99999999999999999999999999 | 0-99",
        "bytes=0000000000000000000000000000001-2 | 1-2",
        "Bytes=1-2 | 1-2",
        "bytes= 1-2 , | 1-2",
        "bytes=,,1-2 | 1-2",
        "bytes=0-9,10-19 | 0-19",
        "bytes=10-19, 0-12 | 0-19",
        "bytes=0-5,200-300 | 0-5",
        "bytes=0-1,50-60 | whole",
        "bytes=0-1,-1 | whole",
        "bytes=100- | unsatisfiable",
        "bytes=-0 | unsatisfiable",
        "bytes=99999999999999999999999999- | unsatisfiable",
        "bytes=100-101,500- | unsatisfiable"
      })
  void selectsWhatRfc9110Says(String header, String expected) {
    assertThat(selected(header, 100)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=2-1",
        "bytes=1-2-3",
        "bytes=1 - 2",
        "bytes=--1",
        "bytes=+1-2",
        "bytes=0x1-2",
        "bytes=1-2;",
        "items=1-2",
        "bytes:1-2",
        "bytes=1-2,x",
        "bytes=²-³",
        "=1-2",
        "bytes=1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1,1-1"
      })
  void ignoresMalformedAndExcessiveRanges(String header) {
    assertThat(selected(header, 100)).isEqualTo("whole");
  }

  @Test
  void selectsTheWholeFileWithoutAHeaderOrIfItIsEmpty() {
    assertThat(ByteRange.select(null, 100)).isEqualTo(new ByteRange.Whole());
    assertThat(selected("bytes=0-", 0)).isEqualTo("whole");
  }

  @Test
  void writesContentRange() {
    assertThat(new ByteRange(3, 7).contentRange(100)).isEqualTo("bytes 3-7/100");
    assertThat(new ByteRange(3, 7).length()).isEqualTo(5);
    assertThat(ByteRange.unsatisfiable(100)).isEqualTo("bytes */100");
  }

  @Test
  void staysWithinTheFileForAnyHeader() {
    Fuzz.repeat(
        5_000,
        random -> {
          long size = 1 + random.nextLong(random.nextBoolean() ? 200 : Long.MAX_VALUE - 1);
          switch (ByteRange.select(header(random), size)) {
            case ByteRange.Part(ByteRange range) -> {
              assertThat(range.first()).isBetween(0L, range.last());
              assertThat(range.last()).isLessThan(size);
              assertThat(range.length()).isBetween(1L, size);
            }
            case ByteRange.Whole(), ByteRange.Unsatisfiable() -> {
              // nothing that could lie outside
            }
          }
        });
  }

  @Test
  void agreesWithASimpleImplementationOnSingleRanges() {
    Fuzz.repeat(
        5_000,
        random -> {
          long size = 1 + random.nextLong(100);
          BigInteger first = new BigInteger(random.nextInt(70), new Random(random.nextLong()));
          BigInteger length = BigInteger.valueOf(random.nextLong(150));
          BigInteger last = first.add(length);
          String expected =
              first.compareTo(BigInteger.valueOf(size)) >= 0
                  ? "unsatisfiable"
                  : first + "-" + last.min(BigInteger.valueOf(size - 1));
          assertThat(selected("bytes=" + first + "-" + last, size)).isEqualTo(expected);
        });
  }

  private static String header(RandomGenerator random) {
    String[] pieces = {
      "bytes",
      "=",
      "-",
      ",",
      " ",
      "0",
      "1",
      "99",
      "9223372036854775807",
      "9223372036854775808",
      "\t",
      "x",
      "-1",
      "0-",
      "5-7"
    };
    StringBuilder header = new StringBuilder(random.nextInt(4) == 0 ? "" : "bytes=");
    for (int i = random.nextInt(14); i > 0; i--) {
      header.append(
          random.nextInt(8) == 0
              ? String.valueOf((char) random.nextInt(0x300))
              : pieces[random.nextInt(pieces.length)]);
    }
    return header.toString();
  }
}
