package parley.web;

/// Divides the heap among the resources that clients can make the server hold. The sum is less than
/// the heap, however small it is: see `docs/decisions/0034`.
///
/// Each limit is derived from the heap that remains after the program itself, so operators only set
/// `-Xmx`.
///
/// @param connections the maximum number of connections
/// @param largeBuffers how many of them may have large buffers for fast uploads
/// @param bufferedBytes for bodies, form fields and responses in memory
/// @param webSockets how many of the connections may be WebSockets
/// @param outgoingBytes for messages that wait to be sent over WebSockets
/// @param rememberedKeys how many keys' request rates are kept
/// @param liveStreams the maximum number of live caption streams; one whose speakers are
///   distinguished counts as two
public record MemoryPlan(
    int connections,
    int largeBuffers,
    long bufferedBytes,
    int webSockets,
    long outgoingBytes,
    int rememberedKeys,
    int liveStreams) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /// The memory of the idle program after a collection, estimated, including what it needs to
  /// answer requests.
  private static final long PROGRAM_BYTES = 96 * MIB;

  /// The minimum to divide.
  private static final long MIN_SHARED_BYTES = 32 * MIB;

  /// A connection with a request: 16 KiB to read the head, 8 KiB to write one, 16 KiB between
  /// socket and request, the objects of a request, and 16 KiB of a form.
  private static final long CONNECTION_BYTES = 64 * KIB;

  /// The large buffers of a connection; see [HttpProtocol].
  private static final long LARGE_BUFFERS_BYTES = 3 * 128 * KIB;

  /// More would not increase the throughput.
  private static final int MAX_LARGE_BUFFERS = 32;

  /// A WebSocket in addition to its connection: frame buffers, the stacks of two threads, and the
  /// listener.
  private static final long WEB_SOCKET_BYTES = 40 * KIB;

  /// A cached token bucket.
  private static final long REMEMBERED_KEY_BYTES = 512;

  /// The buffered audio of a live caption stream.
  private static final long LIVE_STREAM_BYTES = 3 * MIB;

  /// File descriptors run out before memory does.
  private static final int MAX_CONNECTIONS = 20_000;

  /// The plan for this process.
  public static MemoryPlan ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory());
  }

  /// The plan for a heap of this size. The shares add up to 89 % of what remains after the program;
  /// the rest is for short-lived objects.
  public static MemoryPlan of(long heapBytes) {
    long shared = Math.max(MIN_SHARED_BYTES, heapBytes - PROGRAM_BYTES);
    return new MemoryPlan(
        (int) Math.min(MAX_CONNECTIONS, share(shared, 30) / CONNECTION_BYTES),
        (int) Math.min(MAX_LARGE_BUFFERS, share(shared, 4) / LARGE_BUFFERS_BYTES),
        share(shared, 15),
        (int) Math.min(MAX_CONNECTIONS / 2, share(shared, 15) / WEB_SOCKET_BYTES),
        share(shared, 8),
        (int) Math.min(100_000, share(shared, 2) / REMEMBERED_KEY_BYTES),
        (int) Math.max(1, share(shared, 15) / LIVE_STREAM_BYTES));
  }

  /// The maximum of all resources and the program, in bytes.
  public long totalBytes() {
    return PROGRAM_BYTES
        + connections * CONNECTION_BYTES
        + largeBuffers * LARGE_BUFFERS_BYTES
        + bufferedBytes
        + webSockets * WEB_SOCKET_BYTES
        + outgoingBytes
        + rememberedKeys * REMEMBERED_KEY_BYTES
        + liveStreams * LIVE_STREAM_BYTES;
  }

  private static long share(long bytes, int percent) {
    return bytes * percent / 100;
  }
}
