package parley.web.multipart;

import org.jspecify.annotations.Nullable;

/// What a part says about itself.
///
/// @param name the name of the form field
/// @param fileName the file name exactly as the client gave it, which may be a path, empty or
///   hostile (see [parley.web.FileName#clean]); null when the part gave none
/// @param contentType what the client believes the content to be; null when it did not say
public record PartHeaders(String name, @Nullable String fileName, @Nullable String contentType) {}
