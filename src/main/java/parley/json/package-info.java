/// JSON as every dialect reads and writes it.
@NullMarked
package parley.json;

import org.jspecify.annotations.NullMarked;
