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
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
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

/// JSON Web Tokens of one OpenID Connect issuer: `sub` is the user, another one than the user of
/// keys who has the same name; a claim tells the tenant, which must exist. Signatures by public
/// keys alone (RFC 8725 section 3.1).
public final class OidcTokens implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(OidcTokens.class);
  private static final Duration ISSUER_PATIENCE = Duration.ofSeconds(3);
  private static final int LARGEST_DOCUMENT_BYTES = 512 * 1024;

  private static final int MAX_SUBJECT_LENGTH = 200;

  /// A user keeps the same id for ever; the bound is for memory.
  private static final int REMEMBERED_USERS = 10_000;

  private final Settings settings;
  private final Database database;
  private final Tenants tenants;
  private final TenantTable table;
  private final Clock clock;
  private final DefaultJWTProcessor<SecurityContext> processor;
  private final Cache<User, UserId> users =
      Caffeine.newBuilder().maximumSize(REMEMBERED_USERS).build();

  /// What is expected of a token.
  ///
  /// @param permissions what a token allows that does not say so itself
  public record Settings(
      URI issuer, String audience, String tenantClaim, Set<Permission> permissions) {}

  private record User(TenantId tenant, String subject) {}

  public OidcTokens(
      Settings settings, Database database, Tenants tenants, TenantTable table, Clock clock) {
    this.settings = settings;
    this.database = database;
    this.tenants = tenants;
    this.table = table;
    this.clock = clock;
    this.processor = processor(settings, clock);
  }

  private static DefaultJWTProcessor<SecurityContext> processor(Settings settings, Clock clock) {
    int patience = (int) ISSUER_PATIENCE.toMillis();
    var retriever = new DefaultResourceRetriever(patience, patience, LARGEST_DOCUMENT_BYTES);
    var keys = new CachedIssuerKeys(new IssuerKeys(settings.issuer(), retriever), clock);
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
            // RFC 9068 gives access tokens a type of their own; many issuers do not.
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
        || subject.chars().anyMatch(Character::isISOControl)) {
      throw invalid("Its subject has 1 to 200 characters, none of which steers a terminal.");
    }
    UserId user =
        users.get(
            new User(tenant.id(), subject),
            unknown ->
                database.inTransaction(transaction ->
                    table.issuedUser(
                        transaction,
                        tenant.id(),
                        settings.issuer().toString(),
                        subject,
                        clock.instant())));
    return new Caller(
        rated(claims),
        tenant.id(),
        user,
        permissions(claims),
        claims.getExpirationTime().toInstant());
  }

  private JWTClaimsSet verified(String token) {
    try {
      return processor.process(token, null);
    } catch (ExpiredJWTException e) {
      throw new Problem(ProblemCode.TOKEN_EXPIRED, "The token has expired.");
    } catch (KeySourceException e) {
      LOG.warn("the issuer {} cannot be asked for its keys: {}", settings.issuer(), e.toString());
      throw new Problem(ProblemCode.UNAVAILABLE, "The token's issuer does not answer.");
    } catch (ParseException | BadJOSEException | JOSEException e) {
      LOG.debug("a token is refused: {}", e.toString());
      throw invalid("The token is not valid.");
    }
  }

  private Tenant tenant(JWTClaimsSet claims) {
    try {
      return tenants.named(String.valueOf(claims.getClaim(settings.tenantClaim())));
    } catch (Problem unknown) {
      throw invalid("The token's tenant is not known here.");
    }
  }

  /// Requests are counted for each user of the issuer, whatever token they come with.
  private static KeyId rated(JWTClaimsSet claims) {
    String holder = claims.getIssuer() + " " + claims.getSubject();
    return new KeyId(UUID.nameUUIDFromBytes(holder.getBytes(StandardCharsets.UTF_8)));
  }

  /// Those that the token names, never OPERATOR: what reaches beyond a tenant needs a key made
  /// here. A claim `permissions` decides alone, also when it is empty or names none of ours. A
  /// `scope` is there for other purposes too, so that one without any of ours says nothing.
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

  /// The words of a claim, which is a list or a text with spaces between them; none of any other.
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
