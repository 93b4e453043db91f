/// Periodic and background work of a node.
@NullMarked
package parley.background;

import org.jspecify.annotations.NullMarked;
