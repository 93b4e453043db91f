package parley.speech.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.speech.decoding.PcmFormat.Encoding;

class PcmFormatTest {
  /// ITU-T G.711, tables 1a to 2b; their output values are in 13 and 14 bits.
  @ParameterizedTest
  @CsvSource({
    "A_LAW, 0xD5, 1, 4096",
    "A_LAW, 0x55, -1, 4096",
    "A_LAW, 0xD4, 3, 4096",
    "A_LAW, 0xC5, 33, 4096",
    "A_LAW, 0xF5, 66, 4096",
    "A_LAW, 0xAA, 4032, 4096",
    "A_LAW, 0x2A, -4032, 4096",
    "MU_LAW, 0xFF, 0, 8192",
    "MU_LAW, 0x7F, 0, 8192",
    "MU_LAW, 0xFE, 2, 8192",
    "MU_LAW, 0x7E, -2, 8192",
    "MU_LAW, 0xEF, 33, 8192",
    "MU_LAW, 0xDF, 99, 8192",
    "MU_LAW, 0x80, 8031, 8192",
    "MU_LAW, 0x00, -8031, 8192"
  })
  void decodesTelephoneSoundAsTheTablesOfG711Say(
      Encoding encoding, String code, int value, float scale) {
    assertThat(read(encoding, Integer.decode(code))).isEqualTo(value / scale);
  }

  @Test
  void decodesEveryCodeToItsOwnLevelAndTheSignsAlike() {
    for (Encoding encoding : new Encoding[] {Encoding.A_LAW, Encoding.MU_LAW}) {
      float[] levels = new float[128];
      for (int code = 0; code < 128; code++) {
        int positive = code | 0x80;
        levels[code] = read(encoding, positive);
        assertThat(read(encoding, code) + levels[code]).isZero();
      }
      assertThat(levels).doesNotHaveDuplicates();
    }
  }

  private static float read(Encoding encoding, int code) {
    return new PcmFormat(encoding, 8000, 1).read(ByteBuffer.wrap(new byte[] {(byte) code}));
  }
}
