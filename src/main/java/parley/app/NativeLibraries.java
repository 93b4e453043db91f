package parley.app;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What to install where the system's loader says that a native part of Parley cannot be loaded.
final class NativeLibraries {
  /// As glibc says it: `libstdc++.so.6: cannot open shared object file: No such file or directory`.
  private static final Pattern MISSING =
      Pattern.compile("(lib[^\\s:/]+\\.so[.\\d]*): cannot open shared object file");

  private static final Pattern OLD =
      Pattern.compile("version [`'](GLIBC(?:XX)?_[\\d.]+)' not found");

  /// A library by the beginning of its name, and the packages that bring it.
  private record Packages(String library, String debian, String fedora, String alpine) {}

  /// All that the native parts need besides what they bring.
  private static final List<Packages> PACKAGES =
      List.of(
          new Packages("libstdc++.", "libstdc++6", "libstdc++", "libstdc++ gcompat"),
          new Packages("libgcc_s.", "libgcc-s1", "libgcc", "libgcc gcompat"),
          new Packages("lib", "libc6", "glibc", "gcompat"));

  private NativeLibraries() {}

  /// The message with what to do added, where it tells of a library that cannot be loaded.
  static String advised(String message) {
    return message + advice(message);
  }

  private static String advice(String loaderMessage) {
    Matcher missing = MISSING.matcher(loaderMessage);
    if (missing.find()) {
      String library = missing.group(1);
      Packages packages =
          PACKAGES.stream().filter(p -> library.startsWith(p.library)).findFirst().orElseThrow();
      return ("; %s is missing: install it (Debian and Ubuntu: apt-get install %s; Fedora: dnf install"
              + " %s; Alpine: apk add %s)")
          .formatted(library, packages.debian, packages.fedora, packages.alpine);
    }
    Matcher old = OLD.matcher(loaderMessage);
    if (old.find()) {
      return ("; the system is too old, it lacks %s: glibc 2.34 or newer is needed, as in Debian 12,"
              + " Ubuntu 22.04 and Fedora 35")
          .formatted(old.group(1));
    }
    return "";
  }
}
