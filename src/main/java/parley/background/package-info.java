/// Work that a node does periodically by itself.
@NullMarked
package parley.background;

import org.jspecify.annotations.NullMarked;
