/// Authentication and authorization: API keys, OpenID Connect tokens, permissions and rate limits.
@NullMarked
package parley.auth;

import org.jspecify.annotations.NullMarked;
