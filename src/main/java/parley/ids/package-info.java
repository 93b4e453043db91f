/// Ids that say what they name.
@NullMarked
package parley.ids;

import org.jspecify.annotations.NullMarked;
