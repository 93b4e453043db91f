/// Programs beside this one that may be away, and what is done about it once for all of them.
@NullMarked
package parley.peers;

import org.jspecify.annotations.NullMarked;
