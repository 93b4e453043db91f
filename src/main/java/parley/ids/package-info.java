/// Typed ids.
@NullMarked
package parley.ids;

import org.jspecify.annotations.NullMarked;
