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

/// How the decoder's processes are restricted: third-party programs that read untrusted files. A
/// small program of ours (`src/main/native/confine.c`) gives up all that a decoder does not need
/// and then becomes it. It exists for Linux.
///
/// @param program null for none
/// @param restrictions what the kernel grants of it
public record Confinement(@Nullable Path program, Set<Restriction> restrictions) {
  public static final Confinement NONE = new Confinement(null, Set.of());

  /// The restrictions, in the order in which they are reported.
  public enum Restriction {
    /// It is a user of its own; only root can make it one.
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

  /// Unpacks the program below a folder, and asks it what it can do here.
  ///
  /// @throws IOException when it cannot be written there or started from there
  public static Confinement unpacked(Path cacheFolder) throws IOException {
    List<BundledFile> files = BundledFile.own("confine").stream().toList();
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

  /// In words: `no privileges, no network`.
  public String describe() {
    return restrictions.isEmpty()
        ? "not confined"
        : restrictions.stream()
            .map(restriction -> restriction.words)
            .collect(Collectors.joining(", "));
  }

  /// The command line in front of a confined program and its arguments.
  ///
  /// @param writes whether it may write in its working folder, which then becomes its user's
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
