package parley.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import parley.ffmpeg.Confinement.Restriction;
import parley.testing.Eventually;
import parley.testing.Programs;

/// A decoder that a malicious file has taken over can do almost nothing.
@EnabledOnOs(OS.LINUX)
class ConfinementTest {
  private static final ChildLimits LIMITS =
      new ChildLimits(Duration.ofSeconds(20), Duration.ofSeconds(20), 1L << 30, 1L << 20);

  private static final Path SPEECH = Path.of("examples/jfk.flac");

  private static Confinement confinement;
  private static Ffmpeg ffmpeg;

  @TempDir Path folder;

  @BeforeAll
  static void unpack() throws IOException {
    confinement = Confinement.unpacked(Path.of("target", "ffmpeg"));
    ffmpeg = Programs.media().confinedBy(confinement);
  }

  @Test
  void holdsOnEveryLinux() {
    assertThat(confinement.restrictions())
        .contains(Restriction.PRIVILEGES, Restriction.NETWORK, Restriction.PROCESSES);
    assertThat(confinement.restrictions().contains(Restriction.USER)).isEqualTo(isRoot());
    assertThat(confinement.describe()).contains("no privileges, no network, no other processes");
  }

  @Test
  void isInForceWhileItDecodes() throws Exception {
    try (FfmpegProcess child = start(ffmpeg.ffmpeg(), "-i", "pipe:0", "-f", "null", "-")) {
      ProcessHandle decoder = decoder();
      Map<String, String> status = status(decoder.pid());
      assertThat(status)
          .containsEntry("NoNewPrivs", "1")
          .containsEntry("Seccomp", "2")
          .containsEntry("CapPrm", "0000000000000000")
          .containsEntry("CapEff", "0000000000000000")
          .containsEntry("CapAmb", "0000000000000000");
      assertThat(status.get("Uid")).isEqualTo(isRoot() ? "65533\t65533\t65533\t65533" : ownIds());
      if (isRoot()) {
        assertThat(status).containsEntry("CapBnd", "0000000000000000").containsEntry("Groups", "");
        assertThat(Files.readSymbolicLink(Path.of("/proc", decoder.pid() + "", "ns/net")))
            .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
      }
      child.output().close();
    }
  }

  @Test
  void decodesAndWritesToItsWorkingFolder() throws IOException {
    byte[] _ = new FfmpegRun(ffmpeg, LIMITS).ffmpeg(SPEECH, folder, decoding("sound.wav"));

    assertThat(folder.resolve("sound.wav")).isNotEmptyFile();
  }

  @Test
  void decodesFilesThatOnlyTheServerCanRead() throws IOException {
    Path own = Files.copy(SPEECH, folder.resolve("own.flac"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));

    byte[] _ = new FfmpegRun(ffmpeg, LIMITS).ffmpeg(own, folder, decoding("sound.wav"));

    assertThat(folder.resolve("sound.wav")).isNotEmptyFile();
  }

  @Test
  void reachesNoServer() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String address = "tcp://127.0.0.1:" + server.getLocalPort();
      try (FfmpegProcess child =
          start(ffmpeg.ffmpeg(), "-hide_banner", "-f", "s16le", "-i", address)) {
        assertThat(child.output().readAllBytes()).isEmpty();
        assertThat(child.introduction().firstLine())
            .get()
            .asString()
            .contains("Operation not permitted");
      }
    }
  }

  @Test
  void readsNoOtherFile() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

    assertThat(shell("read line <" + secret + " && echo \"$line\"")).isEmpty();
    if (confinement.restrictions().contains(Restriction.FILES)) {
      assertThat(shell("read line </etc/passwd && echo \"$line\"")).isEmpty();
      assertThat(shell("read line </proc/$PPID/status && echo \"$line\"")).isEmpty();
    }
  }

  @Test
  void writesNoOtherFile() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (confinement.restrictions().contains(Restriction.FILES)) {
      assertThat(shell("echo x >" + open + "/planted")).isEmpty();
    }

    assertThat(open).isEmptyDirectory();
  }

  @Test
  void startsAndSignalsNoOtherProcess() throws IOException {
    assertThat(shell("(echo forked)")).isEmpty();
    assertThat(shell("kill -0 " + ProcessHandle.current().pid() + " && echo signalled")).isEmpty();
    assertThat(shell("kill -0 $$ && echo itself")).isEqualTo("itself\n");
  }

  @Test
  void failsToStartWhereItIsMissing() throws IOException {
    Path missing = folder.resolve("missing");
    try (FfmpegProcess child = start(missing)) {
      assertThat(child.output().readAllBytes()).isEmpty();
      assertThat(child.introduction().firstLine())
          .get()
          .asString()
          .endsWith("missing: no such program");
    }
  }

  /// The output of these commands in a confined shell.
  private static String shell(String commands) throws IOException {
    try (FfmpegProcess child = start(Path.of("/bin/sh"), "-c", commands)) {
      return new String(child.output().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static FfmpegProcess start(Path program, String... arguments) throws IOException {
    return FfmpegProcess.start(ffmpeg, program, LIMITS, null, null, List.of(arguments));
  }

  private static List<String> decoding(String output) {
    return List.of("-fd", "0", "-i", "fd:", output);
  }

  private static ProcessHandle decoder() throws Exception {
    Eventually.holds("ffmpeg runs", () -> decoders().findAny().isPresent());
    return decoders().findAny().orElseThrow();
  }

  private static Stream<ProcessHandle> decoders() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("/ffmpeg"));
  }

  private static Map<String, String> status(long process) throws IOException {
    return Files.readAllLines(Path.of("/proc", process + "", "status")).stream()
        .map(line -> line.split(":", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].strip()));
  }

  private static String ownIds() throws IOException {
    return Objects.requireNonNull(status(ProcessHandle.current().pid()).get("Uid"));
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
