package parley.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import parley.peers.Peer;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedGetObjectRequest;

/// Stores blobs as objects in a bucket of any S3-compatible server. An object's name is the
/// configured prefix and the key's path. Several nodes can share the bucket and the prefix.
public final class S3BlobStore implements BlobStore, AutoCloseable {
  /// Larger files are uploaded in parts. S3 accepts up to 5 GiB at once, but after a failure only
  /// the failed part has to be sent again.
  static final long PART_BYTES = 32L * 1024 * 1024;

  private final S3Settings settings;
  private final S3Calls calls;
  private final S3Client client;
  private final S3Presigner presigner;
  private final Peer peer;

  private S3BlobStore(
      S3Settings settings, S3Calls calls, S3Client client, S3Presigner presigner, Peer peer) {
    this.settings = settings;
    this.calls = calls;
    this.client = client;
    this.presigner = presigner;
    this.peer = peer;
  }

  /// Creates a store without contacting S3; [#check] does that. The caller closes it.
  public static S3BlobStore at(S3Settings settings) {
    S3Client client = S3Connection.client(settings);
    Peer peer = new Peer("the store, " + settings, () -> probe(client, settings));
    peer.start();
    return new S3BlobStore(
        settings, new S3Calls(settings, peer), client, S3Connection.presigner(settings), peer);
  }

  /// Any response shows that the server is running, even a refusal.
  private static void probe(S3Client client, S3Settings settings) {
    try {
      client.headBucket(head ->
          head.bucket(settings.bucket())
              .overrideConfiguration(within -> within.apiCallTimeout(Peer.MAX_WAIT)));
    } catch (S3Exception answer) {
      if (answer.statusCode() >= 500) {
        throw answer;
      }
    }
  }

  @Override
  public void put(BlobKey key, Path file) throws IOException {
    long size = Files.size(file);
    if (size == storedSize(key)) {
      return;
    }
    if (size > PART_BYTES) {
      new S3Upload(client, calls, settings.bucket(), name(key)).send(file, size);
      return;
    }
    calls.ask(
        "store",
        () ->
            client.putObject(
                put(key).overrideConfiguration(calls.withTimeFor(size)).build(),
                RequestBody.fromFile(file)));
  }

  /// Includes the hash of a blob, so that S3 rejects corrupted bytes.
  private PutObjectRequest.Builder put(BlobKey key) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder().bucket(settings.bucket()).key(name(key));
    return key.part().isEmpty()
        ? request.checksumSHA256(
            Base64.getEncoder().encodeToString(HexFormat.of().parseHex(key.sha256().hex())))
        : request;
  }

  @Override
  public boolean exists(BlobKey key) throws IOException {
    if (storedSize(key) >= 0) {
      return true;
    }
    // Nothing exists in a bucket that is missing, and yet nothing is lost.
    check();
    return false;
  }

  @Override
  public void require(BlobKey key, long bytes) throws IOException {
    long size = storedSize(key);
    if (size < 0) {
      check();
      throw new NoSuchFileException(key.path());
    }
    if (size < bytes) {
      throw shorter(key);
    }
  }

  private static EOFException shorter(BlobKey key) {
    return new EOFException(key.path() + " is shorter than it was when it was stored");
  }

  /// The size in bytes, or -1 if the key does not exist.
  private long storedSize(BlobKey key) throws IOException {
    try {
      return calls
          .ask(
              "look for",
              () -> client.headObject(head -> head.bucket(settings.bucket()).key(name(key))))
          .contentLength();
    } catch (NoSuchFileException absent) {
      return -1;
    }
  }

  @Override
  public Optional<Path> file(BlobKey key) {
    return Optional.empty();
  }

  @Override
  public InputStream read(BlobKey key, long offset, long length) throws IOException {
    if (length == 0) {
      // S3 does not support empty ranges.
      return InputStream.nullInputStream();
    }
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(settings.bucket())
            .key(name(key))
            .range("bytes=" + offset + "-" + (offset + length - 1))
            .build();
    ResponseInputStream<GetObjectResponse> bytes =
        calls.ask("read", () -> client.getObject(request));
    Long whole = bytes.response().contentLength();
    if (whole != null && whole < length) {
      // Noticed only later, it would end an answer that has begun.
      bytes.abort();
      throw shorter(key);
    }
    return new S3Stream(bytes, length);
  }

  @Override
  public void delete(BlobKey key) throws IOException {
    calls.ask(
        "remove", () -> client.deleteObject(gone -> gone.bucket(settings.bucket()).key(name(key))));
  }

  @Override
  public void sweep(BlobKey key) throws IOException {
    var unfinished =
        calls.ask(
            "look for unfinished uploads in",
            () ->
                client.listMultipartUploads(
                    list -> list.bucket(settings.bucket()).prefix(name(key))));
    for (MultipartUpload upload : unfinished.uploads()) {
      calls.ask(
          "end an unfinished upload in",
          () ->
              client.abortMultipartUpload(abort ->
                  abort.bucket(settings.bucket()).key(upload.key()).uploadId(upload.uploadId())));
    }
  }

  @Override
  public Optional<StoreLink> link(BlobKey key, LinkHeaders headers, Duration valid) {
    PresignedGetObjectRequest signed =
        presigner.presignGetObject(presign ->
            presign
                .signatureDuration(valid)
                .getObjectRequest(get ->
                    get.bucket(settings.bucket())
                        .key(name(key))
                        .responseContentType(headers.contentType())
                        .responseContentDisposition(headers.contentDisposition())
                        .responseCacheControl("private, no-cache")));
    return Optional.of(new StoreLink(signed.url().toString(), signed.expiration()));
  }

  @Override
  public void check() throws IOException {
    try {
      calls.ask("see", () -> client.headBucket(head -> head.bucket(settings.bucket())));
    } catch (NoSuchFileException absent) {
      throw new StorageUnavailable("there is no " + settings, absent);
    }
  }

  /// Like [#check], but also verifies that objects can be written and removed.
  ///
  /// @throws IOException with a message for the operator
  public void checkWriting() throws IOException {
    check();
    String name = settings.prefix() + "check/" + UUID.randomUUID();
    calls.ask(
        "write to",
        () ->
            client.putObject(
                put -> put.bucket(settings.bucket()).key(name),
                RequestBody.fromString("Parley", StandardCharsets.UTF_8)));
    calls.ask(
        "remove from",
        () -> client.deleteObject(delete -> delete.bucket(settings.bucket()).key(name)));
  }

  @Override
  public Optional<String> identity() throws IOException {
    try {
      return Optional.of(
          calls
              .ask(
                  "read",
                  () ->
                      client.getObjectAsBytes(
                          get -> get.bucket(settings.bucket()).key(identityName())))
              .asUtf8String()
              .strip());
    } catch (NoSuchFileException unnamed) {
      return Optional.empty();
    }
  }

  @Override
  public void identify(String identity) throws IOException {
    calls.ask(
        "write to",
        () ->
            client.putObject(
                put -> put.bucket(settings.bucket()).key(identityName()),
                RequestBody.fromString(identity + "\n", StandardCharsets.UTF_8)));
  }

  private String identityName() {
    return settings.prefix() + StoreIdentity.NAME;
  }

  @Override
  public String toString() {
    return settings + ", prefix '" + settings.prefix() + "'";
  }

  @Override
  public void close() {
    peer.close();
    presigner.close();
    client.close();
  }

  private String name(BlobKey key) {
    return settings.prefix() + key.path();
  }
}
