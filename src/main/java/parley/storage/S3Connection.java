package parley.storage;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// Configures the clients of the AWS SDK.
final class S3Connection {
  private S3Connection() {}

  static S3Client client(S3Settings settings) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(settings.connecting())
                    .socketTimeout(settings.answering()))
            .overrideConfiguration(override ->
                // Two attempts within the one timeout, because a pooled connection may have been
                // closed.
                override
                    .apiCallTimeout(settings.answering())
                    .retryStrategy(retry -> retry.maxAttempts(2)))
            .serviceConfiguration(configuration(settings).expectContinueEnabled(false).build())
            // Uploads carry the blob's SHA-256. Few servers other than Amazon's support the
            // checksums that the SDK adds by default.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings));
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /// Signs URLs locally.
  static S3Presigner presigner(S3Settings settings) {
    S3Presigner.Builder builder =
        S3Presigner.builder()
            .serviceConfiguration(configuration(settings).build())
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings));
    Optional<URI> reachable = settings.publicEndpoint().or(settings::endpoint);
    reachable.ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private static S3Configuration.Builder configuration(S3Settings settings) {
    return S3Configuration.builder().pathStyleAccessEnabled(settings.pathStyle());
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    return settings.accessKey().isEmpty()
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
  }
}
