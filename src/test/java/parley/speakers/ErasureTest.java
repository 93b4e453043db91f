package parley.speakers;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.speakers.Voices.CONSENT;
import static parley.speakers.Voices.MORE;
import static parley.speakers.Voices.POLICY;
import static parley.speakers.Voices.REFERENCE;
import static parley.speakers.Voices.SPEAKERS;
import static parley.speakers.Voices.form;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestPostgres;
import parley.testing.TestServer;

/// An erased voice is nowhere: looked for in all that the database tells, in every file of the data
/// directory, and in every file of PostgreSQL, whose pages and log outlive deleted rows.
@Tag("slow")
class ErasureTest {
  @Test
  void leavesNothingOfTheVoiceInTheDatabaseOrInAnyFile() throws Exception {
    try (TestServer server = TestServer.start(Map.of())) {
      TestCaller alice = server.newTenant();
      alice.send("PATCH", POLICY, "{\"retain_reference\": true}");
      Answer enrolled =
          alice.post(SPEAKERS, form(REFERENCE, CONSENT).file("reference", "b.flac", MORE));
      assertThat(enrolled.status()).as(enrolled.text()).isEqualTo(202);
      byte[] voice = embedding(server);
      List<byte[]> traces = new ArrayList<>(traces(voice));
      traces.addAll(List.of(piece(REFERENCE), piece(MORE), piece(CONSENT)));
      assertThat(found(server, traces))
          .as("the search finds what is there: the voice and both references")
          .hasSize(3);

      Answer erased = alice.delete(Voices.path(enrolled));

      assertThat(erased.status()).isEqualTo(200);
      assertThat(erased.at("/data/reason")).isEqualTo("deleted");
      assertThat(erased.at("/data/consent_hash")).hasSize(64);
      assertThat(server.storedFiles()).isEmpty();
      server.execute("checkpoint");
      assertThat(found(server, traces)).isEmpty();
      assertThat(server.rowsOfAllTables()).contains(String.valueOf(erased.at("/data/id")));
      assertThat(alice.get(SPEAKERS + "/erasures").at("/data/0/id"))
          .isEqualTo(erased.at("/data/id"));
    }
  }

  /// The one stored content that has an embedding's size.
  private static byte[] embedding(TestServer server) throws IOException {
    for (String file : server.storedFiles()) {
      byte[] content = Files.readAllBytes(server.dataDirectory().resolve(file));
      if (content.length == 192 * Float.BYTES) {
        return content;
      }
    }
    throw new NoSuchFileException("an embedding");
  }

  /// A piece of an embedding as it is, and as the texts in which a database could hold it.
  private static List<byte[]> traces(byte[] embedding) {
    byte[] piece = Arrays.copyOfRange(embedding, 300, 330);
    return List.of(
        piece,
        HexFormat.of().formatHex(piece).getBytes(StandardCharsets.UTF_8),
        Base64.getEncoder().encode(piece));
  }

  private static byte[] piece(byte[] recording) {
    return Arrays.copyOfRange(recording, recording.length / 2, recording.length / 2 + 32);
  }

  /// Where any of the traces is.
  private static Set<String> found(TestServer server, List<byte[]> traces) throws IOException {
    Set<String> found = new TreeSet<>();
    byte[] rows = server.rowsOfAllTables().getBytes(StandardCharsets.UTF_8);
    if (traces.stream().anyMatch(trace -> contains(rows, trace))) {
      found.add("the database");
    }
    for (Path folder : List.of(server.dataDirectory(), TestPostgres.folder())) {
      for (Path file : files(folder)) {
        try {
          byte[] content = Files.readAllBytes(file);
          if (traces.stream().anyMatch(trace -> contains(content, trace))) {
            found.add(file.toString());
          }
        } catch (NoSuchFileException gone) {
          // PostgreSQL goes on working.
        }
      }
    }
    return found;
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static boolean contains(byte[] content, byte[] trace) {
    for (int at = 0; at <= content.length - trace.length; at++) {
      if (content[at] == trace[0]
          && Arrays.equals(content, at, at + trace.length, trace, 0, trace.length)) {
        return true;
      }
    }
    return false;
  }
}
