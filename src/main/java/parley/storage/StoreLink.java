package parley.storage;

import java.time.Instant;

/// A URL from which the store serves one blob until it expires.
public record StoreLink(String url, Instant expiresAt) {}
