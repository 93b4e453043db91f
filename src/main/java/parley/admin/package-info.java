/// The admin API for tenants and API keys.
@NullMarked
package parley.admin;

import org.jspecify.annotations.NullMarked;
