/// Rooms: where files, calls and messages have their place, and who may be there.
@NullMarked
package parley.rooms;

import org.jspecify.annotations.NullMarked;
