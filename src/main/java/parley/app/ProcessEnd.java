package parley.app;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// How the process ends, through the C library. The JVM writes the AOT cache of later starts at the
/// end of the first server, however that ended: it starts another JVM to do it, and both print what
/// they are doing.
final class ProcessEnd {
  /// File descriptors of the standard output and of standard error.
  private static final int[] OUTPUTS = {1, 2};

  private ProcessEnd() {}

  /// Ends the process at once, without shutdown hooks and without writing a cache: that of a server
  /// that failed to start or only told its options would lack most of a start, and be kept.
  static void atOnce(int status) {
    flush();
    int _ = call("_exit", status);
  }

  /// Discards what the process prints from now on.
  static void silently() {
    flush();
    try (Arena arena = Arena.ofConfined()) {
      int nowhere = call("creat", arena.allocateFrom("/dev/null"), 0);
      for (int output : OUTPUTS) {
        if (nowhere >= 0) {
          int _ = call("dup2", nowhere, output);
        }
      }
    }
  }

  private static void flush() {
    System.out.flush();
    System.err.flush();
  }

  /// Calls a function of integers and pointers that returns an `int`.
  @SuppressWarnings("restricted") // POSIX does not change
  private static int call(String function, Object... arguments) {
    MemoryLayout[] layouts =
        Arrays.stream(arguments)
            .map(argument ->
                argument instanceof MemorySegment ? ValueLayout.ADDRESS : ValueLayout.JAVA_INT)
            .toArray(MemoryLayout[]::new);
    Linker linker = Linker.nativeLinker();
    try {
      return (int)
          linker
              .downcallHandle(
                  linker.defaultLookup().findOrThrow(function),
                  FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts))
              .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + function, e);
    }
  }
}
