@NullMarked
package parley.backup;

import org.jspecify.annotations.NullMarked;
