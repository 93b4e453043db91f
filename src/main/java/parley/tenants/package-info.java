/// Tenants and their users, the ids that everything else is bound to.
@NullMarked
package parley.tenants;

import org.jspecify.annotations.NullMarked;
