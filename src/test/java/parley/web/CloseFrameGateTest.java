package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseFrameGateTest {
  private static final int BINARY = 2;
  private static final int PING = 9;
  private static final int CLOSE = 8;

  private final AtomicInteger notices = new AtomicInteger();
  private final CloseFrameGate gate = new CloseFrameGate(notices::incrementAndGet);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 64, 1_000, 200_000})
  void givesNoticeOnceAllBeforeTheCloseFrameIsRead(int atOnce) throws Exception {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    // Payloads of close frames' first bytes, with each form of the length.
    for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536}) {
      frame(frames, BINARY, length);
      frame(frames, PING, 4);
    }
    int before = frames.size();
    frame(frames, CLOSE, 2);
    frame(frames, PING, 3);
    ByteBuffer sent = ByteBuffer.wrap(frames.toByteArray());

    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (read.size() < sent.capacity()) {
      ByteBuffer into = ByteBuffer.allocate(10 + atOnce).position(10);
      int count = gate.read(to -> pass(sent, to), into);
      assertThat(count).isPositive().isEqualTo(into.position() - 10);
      read.write(into.array(), 10, count);
      assertThat(notices.get() > 0)
          .as("after %d bytes", read.size())
          .isEqualTo(read.size() > before);
    }

    assertThat(read.toByteArray()).isEqualTo(frames.toByteArray());
    assertThat(gate.read(to -> -1, ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  private static int pass(ByteBuffer from, ByteBuffer to) {
    int count = Math.min(from.remaining(), to.remaining());
    to.put(from.slice(from.position(), count));
    from.position(from.position() + count);
    return count;
  }

  /// Writes a masked frame.
  private static void frame(ByteArrayOutputStream to, int opcode, int length) {
    to.write(0x80 | opcode);
    if (length < 126) {
      to.write(0x80 | length);
    } else if (length < 65_536) {
      to.write(0x80 | 126);
      to.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
    } else {
      to.write(0x80 | 127);
      to.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    }
    for (int i = 0; i < 4 + length; i++) {
      to.write(0x80 | CLOSE);
    }
  }
}
