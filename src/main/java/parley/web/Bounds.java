package parley.web;

/// The resources that all requests share.
///
/// @param memory bytes for bodies, form fields and responses
/// @param requests concurrent requests of authenticated callers
/// @param webSockets open WebSockets
/// @param outgoing bytes of messages that wait to be sent over WebSockets
record Bounds(
    MemoryPlan plan,
    TrustedProxies proxies,
    ResourceLimiter memory,
    ResourceLimiter requests,
    ResourceLimiter webSockets,
    ResourceLimiter outgoing) {
  /// A key gets a quarter of the memory and a tenant half. They get more of the connections,
  /// because a whole application may use one key.
  static Bounds of(MemoryPlan plan, TrustedProxies proxies) {
    return new Bounds(
        plan,
        proxies,
        new ResourceLimiter("bytes in memory", plan.bufferedBytes(), 25, 50),
        new ResourceLimiter("concurrent requests", plan.connections(), 63, 75),
        new ResourceLimiter("WebSockets", plan.webSockets(), 63, 75),
        new ResourceLimiter("unread messages", plan.outgoingBytes(), 25, 50));
  }
}
