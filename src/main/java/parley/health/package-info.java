/// Health checks of the server's components.
@NullMarked
package parley.health;

import org.jspecify.annotations.NullMarked;
