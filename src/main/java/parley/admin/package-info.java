/// What operators and administrators lay down over HTTP: tenants and keys.
@NullMarked
package parley.admin;

import org.jspecify.annotations.NullMarked;
