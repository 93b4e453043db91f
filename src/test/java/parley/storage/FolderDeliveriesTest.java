package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.OtherProcess;

/// A folder shared between this server, which runs as an ordinary user, and a program of the tests'
/// user.
@Tag("slow")
class FolderDeliveriesTest {
  private static final String NAME = "recordings/call-1/a.mp4";

  @TempDir private Path folder = Path.of("");

  /// The server's side.
  public static final class Receiver {
    private Receiver() {}

    public static void main(String[] arguments) throws IOException {
      FolderDeliveries deliveries = new FolderDeliveries(Path.of(arguments[0]), Clock.systemUTC());
      deliveries.prepare(NAME);
      System.out.println("prepared");
      System.in.read();
      try {
        deliveries.remove(NAME);
        System.out.println("outcome: removed");
      } catch (AccessDeniedException refused) {
        System.out.println("outcome: refused " + refused.getMessage());
      }
    }
  }

  @Test
  void removesFilesOfAnotherUser() throws Exception {
    Path shared = shared();
    try (OtherProcess receiver = receiver(shared)) {
      receiver.awaitLine("prepared");
      Path file = Files.writeString(shared.resolve(NAME), "what egress wrote");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      receiver.end();
      assertThat(receiver.awaitLine("outcome: ")).isEqualTo("outcome: removed");
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void warnsWhereItCannotRemoveFiles() throws Exception {
    Path shared = shared();
    Path made = Files.createDirectories(shared.resolve(NAME).getParent());
    Path file = Files.writeString(shared.resolve(NAME), "what egress wrote");
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("r-xr-xr-x"));
    try (OtherProcess receiver = receiver(shared)) {
      receiver.awaitLine("prepared");
      receiver.end();
      assertThat(receiver.awaitLine("outcome: ")).isEqualTo("outcome: refused " + file);
      assertThat(file).exists();
    } finally {
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private Path shared() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    return shared;
  }

  private OtherProcess receiver(Path shared) throws IOException {
    return OtherProcess.startAsOrdinaryUser(
        Files.createDirectory(folder.resolve("classes")), Receiver.class, shared.toString());
  }
}
