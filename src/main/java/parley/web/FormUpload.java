package parley.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.filenames.FileName;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.web.multipart.Multipart;
import parley.web.multipart.PartHeaders;
import parley.web.multipart.PartSink;
import parley.web.multipart.TextFields;

/// A form with small text fields and files, as a rule at most one, read to its end: the one way in
/// which files reach Parley. Closing it removes the files unless they were kept.
public final class FormUpload implements AutoCloseable {
  /// The name of the file in forms that have one; null in forms of several.
  private final @Nullable String fileField;

  /// How many files may come under each name.
  private final Map<String, Integer> maxFiles;

  private final FieldLimit limit;
  private final Blobs blobs;
  private final TextFields fields;
  private final Map<String, List<SpoolFile>> files = new HashMap<>();
  private @Nullable String fileName;
  private int otherFiles;

  private FormUpload(
      @Nullable String fileField,
      Map<String, Integer> maxFiles,
      FieldLimit limit,
      Blobs blobs,
      TextFields fields) {
    this.fileField = fileField;
    this.maxFiles = maxFiles;
    this.limit = limit;
    this.blobs = blobs;
    this.fields = fields;
  }

  /// Decides while the file arrives whether it may grow.
  @FunctionalInterface
  public interface Limit {
    /// Throws a Problem when the file must not take `more` bytes.
    void take(SpoolFile file, int more) throws IOException;
  }

  /// As [Limit], told under which name the file comes.
  @FunctionalInterface
  private interface FieldLimit {
    void take(String field, SpoolFile file, int more) throws IOException;
  }

  /// Reads the exchange's form. A file is refused with `tooLarge` as soon as it passes `maxBytes`,
  /// while the client is still sending, and with TOO_MANY_FILES when it is the second.
  ///
  /// @param fileField the name of the form's file part
  public static FormUpload read(
      Exchange exchange, String fileField, long maxBytes, ProblemCode tooLarge, Blobs blobs)
      throws IOException {
    return read(exchange, fileField, Map.of(fileField, 1), atMost(maxBytes, tooLarge), blobs);
  }

  /// As above, with other files beside that one, or long texts that are better kept as files.
  ///
  /// @param others how many may come under each name
  /// @param maxOtherBytes of each of them
  public static FormUpload read(
      Exchange exchange,
      String fileField,
      long maxBytes,
      Map<String, Integer> others,
      long maxOtherBytes,
      ProblemCode tooLarge,
      Blobs blobs)
      throws IOException {
    Map<String, Integer> all = new HashMap<>(others);
    all.put(fileField, 1);
    FieldLimit main = atMost(maxBytes, tooLarge);
    FieldLimit other = atMost(maxOtherBytes, tooLarge);
    return read(
        exchange,
        fileField,
        all,
        (field, file, more) -> (field.equals(fileField) ? main : other).take(field, file, more),
        blobs);
  }

  /// As above, for a form with several files, each of at most `maxBytes`.
  ///
  /// @param maxFiles how many may come under each name
  public static FormUpload readFiles(
      Exchange exchange,
      Map<String, Integer> maxFiles,
      long maxBytes,
      ProblemCode tooLarge,
      Blobs blobs)
      throws IOException {
    return read(exchange, null, maxFiles, atMost(maxBytes, tooLarge), blobs);
  }

  /// As above, with a limit that decides for itself.
  public static FormUpload read(Exchange exchange, String fileField, Limit limit, Blobs blobs)
      throws IOException {
    return read(
        exchange,
        fileField,
        Map.of(fileField, 1),
        (field, file, more) -> limit.take(file, more),
        blobs);
  }

  private static FieldLimit atMost(long maxBytes, ProblemCode tooLarge) {
    return (field, file, more) -> {
      if (file.size() + more > maxBytes) {
        throw new Problem(tooLarge, "A file may have at most " + maxBytes + " bytes.").at(field);
      }
    };
  }

  private static FormUpload read(
      Exchange exchange,
      @Nullable String fileField,
      Map<String, Integer> maxFiles,
      FieldLimit limit,
      Blobs blobs)
      throws IOException {
    FormUpload form =
        new FormUpload(fileField, maxFiles, limit, blobs, new TextFields(exchange::reserve));
    try {
      Multipart.of(exchange.contentType().orElse(null), exchange.body())
          .growing(exchange::tryReserve)
          .read(form::part);
      exchange.requireRightsNow();
      return form;
    } catch (IOException | RuntimeException e) {
      form.close();
      throw e;
    }
  }

  /// The file, or the problem NO_FILE when the form had none or an empty one.
  public SpoolFile file() {
    return files(Objects.requireNonNull(fileField)).getFirst();
  }

  /// The files of that name in the order they came, at least one: NO_FILE when the form had none or
  /// an empty one.
  public List<SpoolFile> files(String name) {
    List<SpoolFile> received = files.getOrDefault(name, List.of());
    if (received.isEmpty()) {
      throw new Problem(ProblemCode.NO_FILE, "The form has no part '" + name + "'.").at(name);
    }
    if (received.stream().anyMatch(file -> file.size() == 0)) {
      throw new Problem(ProblemCode.NO_FILE, "The file is empty.").at(name);
    }
    return List.copyOf(received);
  }

  /// As [#files], but without a problem when there is none.
  public List<SpoolFile> received(String name) {
    return List.copyOf(files.getOrDefault(name, List.of()));
  }

  /// Whether the form has a file part at all.
  public boolean hasFile() {
    return fileField != null && files.containsKey(fileField);
  }

  /// The file's name as the client gave it, made safe to keep and show.
  public String fileName() {
    return FileName.clean(fileName, "file");
  }

  /// The file's name exactly as the client gave it; null when it gave none.
  public @Nullable String givenFileName() {
    return fileName;
  }

  /// How many files came under names that the form does not ask for. They were passed over.
  public int otherFiles() {
    return otherFiles;
  }

  /// The value of a text field; empty when it was not sent or is blank.
  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.first(name)).filter(value -> !value.isBlank());
  }

  /// All values of a text field that may come several times, without the blank ones.
  public List<String> all(String name) {
    return fields.all(name).stream().filter(value -> !value.isBlank()).toList();
  }

  /// All values of a list, under each of its [#listNames].
  public List<String> list(String name, int max) {
    return listNames(name, max).stream().flatMap(each -> all(each).stream()).toList();
  }

  /// The names under which clients write lists: `name[]`, `name`, or `name[0]`, `name[1]` …
  public static List<String> listNames(String name, int max) {
    return Stream.concat(
            Stream.of(name + "[]", name),
            IntStream.range(0, max).mapToObj(index -> name + "[" + index + "]"))
        .toList();
  }

  /// A field that is true or false; false when it was not sent.
  public boolean flag(String name) {
    return field(name)
        .map(value ->
            // Python writes True.
            switch (value.strip().toLowerCase(Locale.ROOT)) {
              case "true", "1" -> true;
              case "false", "0" -> false;
              default ->
                  throw new Problem(ProblemCode.BAD_REQUEST, "'" + name + "' is true or false.")
                      .at(name);
            })
        .orElse(false);
  }

  @Override
  public void close() throws IOException {
    for (List<SpoolFile> received : files.values()) {
      for (SpoolFile file : received) {
        file.close();
      }
    }
  }

  private @Nullable PartSink part(PartHeaders headers) throws IOException {
    Integer max = maxFiles.get(headers.name());
    if (max == null) {
      if (headers.fileName() != null) {
        otherFiles++;
        return null;
      }
      return fields.collect(headers);
    }
    List<SpoolFile> sameName = files.computeIfAbsent(headers.name(), name -> new ArrayList<>());
    if (sameName.size() == max) {
      throw new Problem(
              ProblemCode.TOO_MANY_FILES,
              max == 1
                  ? "The form has more than one file."
                  : "The form has more than " + max + " files of this name.")
          .at(headers.name());
    }
    if (headers.name().equals(fileField)) {
      fileName = headers.fileName();
    }
    SpoolFile received = blobs.receive();
    sameName.add(received);
    return (buffer, offset, length) -> {
      limit.take(headers.name(), received, length);
      received.write(buffer, offset, length);
    };
  }
}
