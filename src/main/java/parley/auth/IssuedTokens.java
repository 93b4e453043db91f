package parley.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
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
import java.util.Arrays;
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

/// JSON Web Tokens of one OpenID Connect issuer: `sub` is the user, a claim tells the tenant, which
/// must exist. Signatures by public keys alone (RFC 8725 section 3.1).
public final class IssuedTokens implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(IssuedTokens.class);
  private static final Duration ISSUER_PATIENCE = Duration.ofSeconds(3);
  private static final int LARGEST_DOCUMENT_BYTES = 512 * 1024;

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
  /// @param permissions what a token allows that names none of ours
  public record Settings(
      URI issuer, String audience, String tenantClaim, Set<Permission> permissions) {}

  private record User(TenantId tenant, String subject) {}

  public IssuedTokens(
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
    // Cached for minutes; a key that is not known yet has them read again, at most twice in half a
    // minute, so that made-up key ids cannot make us flood the issuer.
    var keys =
        JWKSourceBuilder.create(new IssuerKeys(settings.issuer(), retriever))
            .retrying(true)
            .build();
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
    if (subject.isBlank() || subject.length() > 200) {
      throw invalid("Its subject has 1 to 200 characters.");
    }
    UserId user =
        users.get(
            new User(tenant.id(), subject),
            unknown ->
                database.inTransaction(
                    transaction -> table.user(transaction, tenant.id(), subject, clock.instant())));
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
  /// here.
  private Set<Permission> permissions(JWTClaimsSet claims) {
    Set<Permission> named = EnumSet.noneOf(Permission.class);
    for (String word : words(claims)) {
      Arrays.stream(Permission.values())
          .filter(permission -> permission.text().equals(word))
          .forEach(named::add);
    }
    named.remove(Permission.OPERATOR);
    return named.isEmpty() ? settings.permissions() : named;
  }

  private static List<String> words(JWTClaimsSet claims) {
    Object permissions = claims.getClaim("permissions");
    if (permissions instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return claims.getClaim("scope") instanceof String scope ? List.of(scope.split(" ")) : List.of();
  }

  private static Problem invalid(String message) {
    return new Problem(ProblemCode.TOKEN_INVALID, message);
  }
}
