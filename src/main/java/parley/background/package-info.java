/// Work that a node does again and again by itself.
@NullMarked
package parley.background;

import org.jspecify.annotations.NullMarked;
