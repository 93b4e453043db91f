/// Tests of rooms.
@NullMarked
package parley.rooms;

import org.jspecify.annotations.NullMarked;
