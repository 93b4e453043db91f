/// JSON for all dialects.
@NullMarked
package parley.json;

import org.jspecify.annotations.NullMarked;
