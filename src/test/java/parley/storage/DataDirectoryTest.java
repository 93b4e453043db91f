package parley.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testing.OtherProcess;

final class DataDirectoryTest {
  @TempDir private Path folder;

  /// A program that holds the given folder until its input ends.
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (DataDirectory held = DataDirectory.hold(Path.of(arguments[0]))) {
        System.out.println("holds " + held.path() + " as " + ProcessHandle.current().pid());
        while (System.in.read() >= 0) {
          // The input only ends.
        }
      }
    }
  }

  @Test
  void createsAFolderForItsOwnerOnly() throws Exception {
    try (DataDirectory held = DataDirectory.hold(folder.resolve("new/data"))) {
      assertThat(held.path()).isEqualTo(folder.toRealPath().resolve("new/data"));
      assertThat(Files.getPosixFilePermissions(held.path()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void isLockedOncePerProcessUntilClosed() throws Exception {
    DataDirectory held = DataDirectory.hold(folder);

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> DataDirectory.hold(folder.resolve("../" + folder.getFileName())))
          .isInstanceOf(DataDirectoryInUse.class)
          .hasMessage(
              "The data folder %s is already in use by process %d.",
              folder.toRealPath(), ProcessHandle.current().pid());
    }

    held.close();
    held.close();
    DataDirectory.hold(folder).close();
  }

  @Test
  @Tag("slow")
  void isNotLockedWhileAnotherProcessHoldsIt() throws Exception {
    try (OtherProcess other = OtherProcess.start(Holder.class, folder.toString())) {
      String said = other.awaitLine("holds ");
      String number = said.substring(said.lastIndexOf(' ') + 1);

      assertThatThrownBy(() -> DataDirectory.hold(folder))
          .isInstanceOf(DataDirectoryInUse.class)
          .hasMessageEndingWith("is already in use by process " + number + ".");

      other.kill();
      DataDirectory.hold(folder).close();
    }
  }
}
