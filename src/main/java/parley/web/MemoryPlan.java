package parley.web;

/// How the heap is shared out among what strangers and callers can make the server keep. All parts
/// together are less than the heap, however small that is: `docs/decisions/0034` has the sum.
///
/// Each figure follows from the heap that is left beside the program itself, so that operators set
/// one number, `-Xmx`, and nothing else.
///
/// @param connections how many connections there may be at a time
/// @param largeBuffers how many of them may have large buffers because they send fast
/// @param bufferedBytes what bodies, fields of forms and answers that wait in memory may take
/// @param webSockets how many of the connections may be WebSockets
/// @param outgoingBytes what messages may take that wait for readers of WebSockets
/// @param rememberedKeys how many keys' rates are kept
/// @param liveStreams how many streams of captions may run; one whose speakers are distinguished
///   counts as two
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

  /// What the program takes when nobody asks anything of it, after a collection: an estimate, and
  /// what it takes to answer.
  private static final long PROGRAM_BYTES = 96 * MIB;

  /// With less there is no point in sharing it out.
  private static final long MIN_SHARED_BYTES = 32 * MIB;

  /// A connection with a request on it, by the sizes of its buffers: 16 KiB to read the head into,
  /// 8 KiB to write one, 16 KiB between socket and request, the objects of a request, and 16 KiB of
  /// a form.
  private static final long CONNECTION_BYTES = 64 * KIB;

  /// What a fast sender's buffers take; see [FastSenders].
  private static final long LARGE_BUFFERS_BYTES = 3 * 128 * KIB;

  /// More would be read no faster.
  private static final int MAX_LARGE_BUFFERS = 32;

  /// What a WebSocket takes beside its connection, by their sizes: its frames' buffers, two
  /// threads' stacks, what listens to it.
  private static final long WEB_SOCKET_BYTES = 40 * KIB;

  /// A bucket of tokens in its cache.
  private static final long REMEMBERED_KEY_BYTES = 512;

  /// The sound of a stream of captions that waits.
  private static final long LIVE_STREAM_BYTES = 3 * MIB;

  /// File descriptors end before memory does.
  private static final int MAX_CONNECTIONS = 20_000;

  /// The plan for this process.
  public static MemoryPlan ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory());
  }

  /// The plan for a heap of so many bytes. The shares add up to 89 % of what is left beside the
  /// program; the rest is for what lives shortly.
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

  /// What all of it takes at most, in bytes, with the program itself.
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
