/// Who calls: API keys, permissions and the rate each key may use.
@NullMarked
package parley.auth;

import org.jspecify.annotations.NullMarked;
