package parley.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.filenames.FileName;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.storage.Blobs;
import parley.storage.SpoolFile;
import parley.storage.UploadQuota;
import parley.web.multipart.Multipart;
import parley.web.multipart.PartHeaders;
import parley.web.multipart.PartSink;
import parley.web.multipart.TextFields;

/// A multipart form with text fields and files, usually at most one file, read to its end. All
/// uploads use it. Closing it removes the files that were not kept.
public final class FormUpload implements AutoCloseable {
  /// The name of the file's part in forms with one file; null in forms with several.
  private final @Nullable String fileField;

  /// The maximum number of files by part name.
  private final Map<String, Integer> maxFiles;

  private final Limit limit;
  private final Blobs blobs;
  private final TextFields fields;
  private final Map<String, List<SpoolFile>> files = new HashMap<>();
  private @Nullable String fileName;
  private int otherFiles;

  private FormUpload(
      @Nullable String fileField,
      Map<String, Integer> maxFiles,
      Limit limit,
      Blobs blobs,
      TextFields fields) {
    this.fileField = fileField;
    this.maxFiles = maxFiles;
    this.limit = limit;
    this.blobs = blobs;
    this.fields = fields;
  }

  /// Limits the size of a file while it arrives.
  @FunctionalInterface
  private interface Limit {
    /// Throws a Problem if the file must not grow by `more` bytes.
    void take(String field, SpoolFile file, int more) throws IOException;
  }

  /// Reads the form of a request. While the client is still sending, refuses a file of more than
  /// `maxBytes` with `tooLarge`, and a second file with TOO_MANY_FILES.
  ///
  /// @param fileField the name of the file's part
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
    Limit main = atMost(maxBytes, tooLarge);
    Limit other = atMost(maxOtherBytes, tooLarge);
    return read(
        exchange,
        fileField,
        all,
        (field, file, more) -> (field.equals(fileField) ? main : other).take(field, file, more),
        blobs);
  }

  /// As above, for forms with several files of at most `maxBytes` each.
  ///
  /// @param maxFiles the maximum number of files by part name
  public static FormUpload readFiles(
      Exchange exchange,
      Map<String, Integer> maxFiles,
      long maxBytes,
      ProblemCode tooLarge,
      Blobs blobs)
      throws IOException {
    return read(exchange, null, maxFiles, atMost(maxBytes, tooLarge), blobs);
  }

  /// As above, for a form with one file that has to fit into the tenant's storage quota.
  public static FormUpload readWithinQuota(
      Exchange exchange, String fileField, long maxBytes, Blobs blobs) throws IOException {
    Caller caller = exchange.caller();
    UploadQuota quota = blobs.uploadQuota(caller.tenant(), caller.user(), maxBytes);
    return read(
        exchange,
        fileField,
        Map.of(fileField, 1),
        (field, file, more) -> quota.take(file, more),
        blobs);
  }

  private static Limit atMost(long maxBytes, ProblemCode tooLarge) {
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
      Limit limit,
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

  /// The file.
  ///
  /// @throws Problem NO_FILE if it is missing or empty
  public SpoolFile file() {
    return files(Objects.requireNonNull(fileField)).getFirst();
  }

  /// The files with this part name in the order of the form, at least one.
  ///
  /// @throws Problem NO_FILE if there are none, or one is empty
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

  /// The file's name, cleaned so that it is safe to store and show.
  public String fileName() {
    return FileName.clean(fileName, "file");
  }

  /// The file's name exactly as the client sent it; null if it sent none.
  public @Nullable String givenFileName() {
    return fileName;
  }

  /// The number of files with other part names. They were ignored.
  public int otherFiles() {
    return otherFiles;
  }

  /// The value of a text field; empty if it is missing or blank.
  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.first(name)).filter(value -> !value.isBlank());
  }

  /// All values of a repeatable text field, without blank ones.
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

  /// A boolean field, false by default.
  public boolean flag(String name) {
    return field(name).map(value -> Parameters.flag(name, value.strip())).orElse(false);
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
