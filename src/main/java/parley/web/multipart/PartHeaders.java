package parley.web.multipart;

import org.jspecify.annotations.Nullable;

/// The headers of a part.
///
/// @param name the form field's name
/// @param fileName exactly as the client sent it, which may be a path, empty or hostile (see
///   [parley.filenames.FileName#clean]); null if there is none
/// @param contentType as claimed by the client; null if there is none
public record PartHeaders(String name, @Nullable String fileName, @Nullable String contentType) {}
