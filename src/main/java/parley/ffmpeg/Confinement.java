package parley.ffmpeg;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the decoder's processes, third-party programs that read untrusted files, are restricted. A
/// small wrapper of ours (`src/main/native/confine.c`) gives up all rights that a decoder does not
/// need and then executes it. It exists for Linux only.
///
/// @param program the wrapper; null for none
/// @param restrictions those that the kernel supports
public record Confinement(@Nullable Path program, Set<Restriction> restrictions) {
  public static final Confinement NONE = new Confinement(null, Set.of());

  /// The restrictions, in the order in which they are reported.
  public enum Restriction {
    /// Runs as a separate user, which requires root.
    USER("a user of its own"),
    PRIVILEGES("no privileges"),
    NETWORK("no network"),
    PROCESSES("no other processes"),
    FILES("no files but its own");

    private final String words;

    Restriction(String words) {
      this.words = words;
    }
  }

  /// Unpacks the wrapper below a folder and asks it which restrictions are available here.
  ///
  /// @throws IOException when it cannot be written to or started from there
  public static Confinement unpacked(Path cacheFolder) throws IOException {
    List<BundledFile> files = BundledFile.own("confine", BundledFile.platform()).stream().toList();
    if (files.isEmpty()) {
      return NONE;
    }
    Path program = new BundledFolder("confine", files).unpacked(cacheFolder).resolve("confine");
    Process asked = new ProcessBuilder(program.toString(), "--tell").start();
    try (InputStream told = asked.getInputStream()) {
      Set<Restriction> restrictions = EnumSet.noneOf(Restriction.class);
      for (String word :
          new String(told.readAllBytes(), StandardCharsets.US_ASCII).lines().toList()) {
        restrictions.add(Restriction.valueOf(word.toUpperCase(Locale.ROOT)));
      }
      return new Confinement(program, restrictions);
    } catch (IllegalArgumentException garbage) {
      throw new IOException(program + " does not work here", garbage);
    }
  }

  /// For the log: `no privileges, no network`.
  public String describe() {
    return restrictions.isEmpty()
        ? "not confined"
        : restrictions.stream()
            .map(restriction -> restriction.words)
            .collect(Collectors.joining(", "));
  }

  /// The prefix of the command line that confines a program.
  ///
  /// @param writes whether the program may write to its working folder, which is then given to its
  ///   user
  List<String> command(boolean writes) {
    List<String> command = new ArrayList<>();
    if (program != null) {
      command.add(program.toString());
      if (writes) {
        command.add("--write-here");
      }
    }
    return command;
  }
}
