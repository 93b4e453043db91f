/// Rooms: members, messages and files, and who may do what in them.
@NullMarked
package parley.rooms;

import org.jspecify.annotations.NullMarked;
