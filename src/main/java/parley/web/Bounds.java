package parley.web;

/// What all requests share, and who is counted for it.
///
/// @param memory for bodies, fields of forms and answers, in bytes
/// @param requests that are being answered, of callers
/// @param webSockets that are open
/// @param outgoing for messages that wait for the readers of WebSockets, in bytes
record Bounds(
    MemoryPlan plan,
    TrustedProxies proxies,
    ResourceLimiter memory,
    ResourceLimiter requests,
    ResourceLimiter webSockets,
    ResourceLimiter outgoing) {
  /// Of memory a key gets a quarter and a tenant half. Of connections more, because behind one key
  /// may be a whole application.
  static Bounds of(MemoryPlan plan, TrustedProxies proxies) {
    return new Bounds(
        plan,
        proxies,
        new ResourceLimiter("bytes under way", plan.bufferedBytes(), 25, 50),
        new ResourceLimiter("requests under way", plan.connections(), 63, 75),
        new ResourceLimiter("WebSockets", plan.webSockets(), 63, 75),
        new ResourceLimiter("unread messages", plan.outgoingBytes(), 25, 50));
  }
}
