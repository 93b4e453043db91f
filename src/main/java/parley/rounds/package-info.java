/// Work that a node does again and again by itself.
@NullMarked
package parley.rounds;

import org.jspecify.annotations.NullMarked;
