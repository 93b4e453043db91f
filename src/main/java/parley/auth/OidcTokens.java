package parley.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.db.Database;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.Tenant;
import parley.tenants.TenantId;
import parley.tenants.TenantTable;
import parley.tenants.Tenants;
import parley.tenants.UserId;

/// Authenticates JSON Web Tokens of an OpenID Connect issuer. `sub` is the user, who is distinct
/// from an API key user of the same name; a claim names the tenant, which must exist. Only
/// asymmetric signatures are accepted (RFC 8725, section 3.1).
public final class OidcTokens implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(OidcTokens.class);

  private static final int MAX_SUBJECT_LENGTH = 200;

  /// Bounds memory only; the id of a user never changes.
  private static final int MAX_CACHED_USERS = 10_000;

  private final Settings settings;
  private final Database database;
  private final Tenants tenants;
  private final Clock clock;
  private final DefaultJWTProcessor<SecurityContext> processor;
  private final Cache<User, UserId> users =
      Caffeine.newBuilder().maximumSize(MAX_CACHED_USERS).build();

  /// The expected claims.
  ///
  /// @param permissions of tokens that do not specify any
  public record Settings(
      URI issuer, String audience, String tenantClaim, Set<Permission> permissions) {}

  private record User(TenantId tenant, String subject) {}

  public OidcTokens(Settings settings, Database database, Tenants tenants, Clock clock) {
    this.settings = settings;
    this.database = database;
    this.tenants = tenants;
    this.clock = clock;
    this.processor = processor(settings, clock);
  }

  private static DefaultJWTProcessor<SecurityContext> processor(Settings settings, Clock clock) {
    var keys = new CachedIssuerKeys(new IssuerKeys(settings.issuer()), clock);
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.of(
                JWSAlgorithm.RS256,
                JWSAlgorithm.RS384,
                JWSAlgorithm.RS512,
                JWSAlgorithm.PS256,
                JWSAlgorithm.ES256,
                JWSAlgorithm.ES384,
                JWSAlgorithm.ES512),
            keys));
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            // RFC 9068 defines a type for access tokens, which many issuers do not use.
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            settings.audience(),
            new JWTClaimsSet.Builder().issuer(settings.issuer().toString()).build(),
            Set.of("sub", "exp", settings.tenantClaim())) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        });
    return processor;
  }

  @Override
  public Caller authenticate(String token) {
    JWTClaimsSet claims = verified(token);
    Tenant tenant = tenant(claims);
    String subject = Objects.requireNonNull(claims.getSubject());
    if (subject.isBlank()
        || subject.length() > MAX_SUBJECT_LENGTH
        || subject.codePoints().anyMatch(OidcTokens::isUnfit)) {
      throw invalid("The token's subject must have 1 to 200 characters and no control characters.");
    }
    UserId user =
        users.get(
            new User(tenant.id(), subject),
            unknown ->
                database.inTransaction(transaction ->
                    TenantTable.issuedUser(
                        transaction,
                        tenant.id(),
                        settings.issuer().toString(),
                        subject,
                        clock.instant())));
    return new Caller(
        rateLimitKey(claims),
        tenant.id(),
        user,
        permissions(claims),
        claims.getExpirationTime().toInstant());
  }

  /// Control characters, and unpaired surrogates: the database would keep a question mark for each,
  /// so that different subjects would be one user.
  private static boolean isUnfit(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private JWTClaimsSet verified(String token) {
    try {
      return processor.process(token, null);
    } catch (ExpiredJWTException e) {
      throw new Problem(ProblemCode.TOKEN_EXPIRED, "The token has expired.");
    } catch (KeySourceException e) {
      LOG.warn("cannot get the keys of the issuer {}: {}", settings.issuer(), e.toString());
      throw new Problem(ProblemCode.UNAVAILABLE, "The token's issuer does not answer.");
    } catch (ParseException | BadJOSEException | JOSEException e) {
      LOG.debug("invalid token: {}", e.toString());
      throw invalid("The token is not valid.");
    }
  }

  private Tenant tenant(JWTClaimsSet claims) {
    try {
      return tenants.named(String.valueOf(claims.getClaim(settings.tenantClaim())));
    } catch (Problem unknown) {
      throw invalid("The token's tenant is unknown.");
    }
  }

  /// The rate limit applies to a user of the issuer, across tokens.
  private static KeyId rateLimitKey(JWTClaimsSet claims) {
    String holder = claims.getIssuer() + " " + claims.getSubject();
    return new KeyId(UUID.nameUUIDFromBytes(holder.getBytes(StandardCharsets.UTF_8)));
  }

  /// Returns the permissions in the token, never OPERATOR: only API keys can reach beyond a tenant.
  /// A claim `permissions` takes precedence, even if empty or without a known permission. A `scope`
  /// also serves other purposes, so one without a known permission is ignored.
  private Set<Permission> permissions(JWTClaimsSet claims) {
    Object permissions = claims.getClaim("permissions");
    if (permissions != null) {
      return named(words(permissions));
    }
    Object scope = claims.getClaim("scope");
    Set<Permission> scoped = scope == null ? Set.of() : named(words(scope));
    return scoped.isEmpty() ? settings.permissions() : scoped;
  }

  private static Set<Permission> named(List<String> words) {
    Set<Permission> named = EnumSet.noneOf(Permission.class);
    for (Permission permission : Permission.values()) {
      if (permission != Permission.OPERATOR && words.contains(permission.text())) {
        named.add(permission);
      }
    }
    return named;
  }

  /// Returns the words of a claim that is a list or a space-separated string; empty for other
  /// types.
  private static List<String> words(Object claim) {
    return switch (claim) {
      case List<?> list -> list.stream().map(String::valueOf).toList();
      case String text -> List.of(text.split(" ", -1));
      default -> List.of();
    };
  }

  private static Problem invalid(String message) {
    return new Problem(ProblemCode.TOKEN_INVALID, message);
  }
}
