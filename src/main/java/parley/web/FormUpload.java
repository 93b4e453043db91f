package parley.web;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

/// A form with small text fields and at most one file, read to its end: the one way in which files
/// reach Parley. Closing it removes the file unless it was kept.
public final class FormUpload implements AutoCloseable {
  private final String fileField;
  private final Limit limit;
  private final Blobs blobs;
  private final TextFields fields;
  private @Nullable SpoolFile file;
  private @Nullable String fileName;
  private int otherFiles;

  private FormUpload(String fileField, Limit limit, Blobs blobs, TextFields fields) {
    this.fileField = fileField;
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

  /// Reads the exchange's form. A file is refused with `tooLarge` as soon as it passes `maxBytes`,
  /// while the client is still sending, and with TOO_MANY_FILES when it is the second.
  ///
  /// @param fileField the name of the form's file part
  public static FormUpload read(
      Exchange exchange, String fileField, long maxBytes, ProblemCode tooLarge, Blobs blobs)
      throws IOException {
    Limit limit =
        (file, more) -> {
          if (file.size() + more > maxBytes) {
            throw new Problem(tooLarge, "A file may have at most " + maxBytes + " bytes.")
                .at(fileField);
          }
        };
    return read(exchange, fileField, limit, blobs);
  }

  /// As above, with a limit that decides for itself.
  public static FormUpload read(Exchange exchange, String fileField, Limit limit, Blobs blobs)
      throws IOException {
    FormUpload form = new FormUpload(fileField, limit, blobs, new TextFields(exchange::reserve));
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
    SpoolFile received = file;
    if (received == null) {
      throw new Problem(ProblemCode.NO_FILE, "The form has no part '" + fileField + "'.")
          .at(fileField);
    }
    if (received.size() == 0) {
      throw new Problem(ProblemCode.NO_FILE, "The file is empty.").at(fileField);
    }
    return received;
  }

  /// Whether the form has a file part at all.
  public boolean hasFile() {
    return file != null;
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
    if (file != null) {
      file.close();
    }
  }

  private @Nullable PartSink part(PartHeaders headers) throws IOException {
    if (!headers.name().equals(fileField)) {
      if (headers.fileName() != null) {
        otherFiles++;
        return null;
      }
      return fields.collect(headers);
    }
    if (file != null) {
      throw new Problem(ProblemCode.TOO_MANY_FILES, "The form has more than one file.")
          .at(fileField);
    }
    fileName = headers.fileName();
    SpoolFile received = blobs.receive();
    file = received;
    return (buffer, offset, length) -> {
      limit.take(received, length);
      received.write(buffer, offset, length);
    };
  }
}
