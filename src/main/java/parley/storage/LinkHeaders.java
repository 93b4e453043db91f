package parley.storage;

/// What a store shall say of a content that it gives out itself.
///
/// @param contentType the media type
/// @param contentDisposition as in RFC 6266
public record LinkHeaders(String contentType, String contentDisposition) {}
