package parley.app;

import java.util.List;
import parley.auth.Permission;
import parley.calls.livekit.LiveKitSettings;
import parley.config.CallConfig;
import parley.config.ConfigReader.Rule;
import parley.config.OidcConfig;
import parley.config.Secret;
import parley.config.StorageConfig;
import parley.problem.Problem;
import parley.web.TrustedProxies;

/// What the features want of the configuration, so that a start tells all its faults at once.
final class ConfigRules {
  static final List<Rule> ALL =
      List.of(
          new Rule(
              "server.trusted_proxies",
              config -> TrustedProxies.parse(config.server().trustedProxies())),
          new Rule("storage.bucket", config -> bucket(config.storage())),
          new Rule("scanner.addresses", config -> MediaParts.addresses(config.scanner())),
          new Rule("calls.livekit_key", config -> key(config.calls())),
          new Rule("calls.livekit_secret", config -> secret(config.calls())),
          new Rule("relay.key", config -> header(config.relay().key())),
          new Rule("oidc.permissions", config -> permissions(config.oidc())),
          new Rule("oidc.console_client_id", config -> client(config.oidc())),
          new Rule("oidc.console_scopes", config -> scopes(config.oidc())));

  private ConfigRules() {}

  private static void bucket(StorageConfig storage) {
    demand(
        storage.kind() != StorageConfig.Kind.S3 || !storage.bucket().isBlank(),
        "must name the bucket when storage.kind is \"s3\"");
  }

  private static void key(CallConfig calls) {
    demand(
        calls.livekitUrl().isEmpty() || !calls.livekitKey().isBlank(),
        "must be set when calls.livekit_url is");
  }

  private static void secret(CallConfig calls) {
    demand(
        calls.livekitUrl().isEmpty()
            || calls.livekitSecret().value().length() >= LiveKitSettings.SECRET_CHARACTERS,
        "must have at least "
            + LiveKitSettings.SECRET_CHARACTERS
            + " characters when calls.livekit_url is set");
  }

  /// A bearer token is sent as it is (RFC 6750, section 2.1).
  private static void header(Secret key) {
    demand(
        key.value().chars().allMatch(letter -> letter > ' ' && letter < 0x7F),
        "must hold ASCII letters, digits and signs alone");
  }

  private static void permissions(OidcConfig oidc) {
    try {
      Permission.parseAll(oidc.permissions());
    } catch (Problem unknown) {
      throw new IllegalArgumentException("cannot be read: " + unknown.getMessage(), unknown);
    }
  }

  private static void client(OidcConfig oidc) {
    demand(
        oidc.consoleClientId().isBlank() || oidc.issuer().isPresent(),
        "needs an oidc.issuer to sign in at");
  }

  private static void scopes(OidcConfig oidc) {
    demand(
        List.of(oidc.consoleScopes().split(" ", -1)).contains("openid"),
        "must contain openid, which makes it OpenID Connect");
  }

  private static void demand(boolean met, String otherwise) {
    if (!met) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
