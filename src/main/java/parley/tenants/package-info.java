/// Tenants, their limits and their users, to which all other data is bound.
@NullMarked
package parley.tenants;

import org.jspecify.annotations.NullMarked;
