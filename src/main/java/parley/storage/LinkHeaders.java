package parley.storage;

/// Response headers of a blob that the store itself serves.
///
/// @param contentType the media type
/// @param contentDisposition as in RFC 6266
public record LinkHeaders(String contentType, String contentDisposition) {}
