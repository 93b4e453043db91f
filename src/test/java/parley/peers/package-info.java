@NullMarked
package parley.peers;

import org.jspecify.annotations.NullMarked;
