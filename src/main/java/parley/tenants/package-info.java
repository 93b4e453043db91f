/// Tenants, their users and the ids of their rooms: what everything else is bound to.
@NullMarked
package parley.tenants;

import org.jspecify.annotations.NullMarked;
