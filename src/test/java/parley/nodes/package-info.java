@NullMarked
package parley.nodes;

import org.jspecify.annotations.NullMarked;
