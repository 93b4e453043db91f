package parley.storage;

import java.time.Instant;

/// An address of the store's own that opens one content until it expires.
public record StoreLink(String url, Instant expiresAt) {}
