/// The servers that work together on one database.
@NullMarked
package parley.nodes;

import org.jspecify.annotations.NullMarked;
