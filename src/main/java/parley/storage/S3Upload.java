package parley.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.io.function.Uncheck;
import org.apache.commons.io.input.BoundedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Uploads a large file to S3 in parts. The object appears atomically.
final class S3Upload {
  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

  /// S3's own limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
  private static final long MAX_PARTS = 10_000;

  /// One connection seldom saturates the network; too many would starve others.
  private static final int CONCURRENT_PARTS = 4;

  private final S3Client client;
  private final S3Calls calls;
  private final String bucket;
  private final String name;

  S3Upload(S3Client client, S3Calls calls, String bucket, String name) {
    this.client = client;
    this.calls = calls;
    this.bucket = bucket;
    this.name = name;
  }

  /// Sends `size` bytes. Aborts the upload when that fails, unless S3 is unreachable.
  void send(Path file, long size) throws IOException {
    String upload =
        calls
            .ask(
                "begin an upload to",
                () -> client.createMultipartUpload(create -> create.bucket(bucket).key(name)))
            .uploadId();
    boolean complete = false;
    try {
      List<CompletedPart> parts = sendParts(file, size, upload);
      calls.ask(
          "complete an upload to",
          () ->
              client.completeMultipartUpload(done ->
                  done.bucket(bucket)
                      .key(name)
                      .uploadId(upload)
                      // The server may take as long to assemble the parts as to copy them.
                      .overrideConfiguration(calls.withTimeFor(size))
                      .multipartUpload(all -> all.parts(parts))));
      complete = true;
    } finally {
      if (!complete) {
        abort(upload);
      }
    }
  }

  private List<CompletedPart> sendParts(Path file, long size, String upload) throws IOException {
    long partSize = Math.max(S3BlobStore.PART_BYTES, size / MAX_PARTS + 1);
    List<Callable<CompletedPart>> parts = new ArrayList<>();
    for (long offset = 0; offset < size; offset += partSize) {
      long from = offset;
      long length = Math.min(partSize, size - offset);
      int number = parts.size() + 1;
      parts.add(() -> sendPart(file, upload, number, from, length));
    }
    try (ExecutorService senders =
        Executors.newFixedThreadPool(CONCURRENT_PARTS, Thread.ofVirtual().factory())) {
      return awaited(senders, parts);
    }
  }

  private static List<CompletedPart> awaited(
      ExecutorService senders, List<Callable<CompletedPart>> parts) throws IOException {
    List<Future<CompletedPart>> sending = parts.stream().map(senders::submit).toList();
    try {
      List<CompletedPart> sent = new ArrayList<>();
      for (Future<CompletedPart> part : sending) {
        sent.add(part.get());
      }
      return sent;
    } catch (ExecutionException e) {
      senders.shutdownNow();
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      senders.shutdownNow();
      Thread.currentThread().interrupt();
      throw new StorageUnavailable("interrupted while a file was stored", e);
    }
  }

  private CompletedPart sendPart(Path file, String upload, int number, long from, long length)
      throws IOException {
    RequestBody bytes =
        RequestBody.fromContentProvider(
            () -> Uncheck.get(() -> open(file, from, length)), length, "application/octet-stream");
    String tag =
        calls
            .ask(
                "store a part in",
                () ->
                    client.uploadPart(
                        part ->
                            part.bucket(bucket)
                                .key(name)
                                .uploadId(upload)
                                .partNumber(number)
                                .overrideConfiguration(calls.withTimeFor(length)),
                        bytes))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).build();
  }

  private static InputStream open(Path file, long from, long length) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return BoundedInputStream.builder()
        .setInputStream(Channels.newInputStream(channel.position(from)))
        .setMaxCount(length)
        .get();
  }

  private void abort(String upload) {
    try {
      calls.ask(
          "end an upload to",
          () ->
              client.abortMultipartUpload(
                  abort -> abort.bucket(bucket).key(name).uploadId(upload)));
    } catch (IOException unreachable) {
      LOG.warn("parts of {} may remain in the bucket until the next start", name, unreachable);
    }
  }
}
