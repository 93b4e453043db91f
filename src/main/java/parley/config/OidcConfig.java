package parley.config;

import java.net.URI;
import java.util.Optional;

/// The OpenID Connect issuer whose tokens are accepted, and their permissions.
public record OidcConfig(
    @Setting(
            "The issuer, exactly as in the \"iss\" of its tokens, such as"
                + " https://login.example.org/realms/acme. Its keys are found through"
                + " /.well-known/openid-configuration. If empty, only API keys are accepted.")
        Optional<URI> issuer,
    @Setting(value = "The required \"aud\" of tokens.", defaultValue = "parley") String audience,
    @Setting(value = "The claim that holds the tenant's id or name.", defaultValue = "tenant_id")
        String tenantClaim,
    @Setting(
            value =
                "The permissions, comma-separated, of a token that has no claim"
                    + " \"permissions\" and no permission of Parley in its claim \"scope\".",
            defaultValue = "media:read,media:write,rooms,calls,scaiecho:transcribe")
        String permissions,
    @Setting(
            value =
                "The console's client id at the issuer, with which people sign in there: a public"
                    + " client with the authorization code flow and PKCE, whose redirect URI is"
                    + " the console's address. If empty, the console takes API keys only.",
            defaultValue = "")
        String consoleClientId,
    @Setting(
            value = "The scopes that the console asks for, separated by spaces.",
            defaultValue = "openid profile")
        String consoleScopes) {}
