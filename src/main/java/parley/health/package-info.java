/// Whether the parts that the server is made of work, as their self-tests say.
@NullMarked
package parley.health;

import org.jspecify.annotations.NullMarked;
