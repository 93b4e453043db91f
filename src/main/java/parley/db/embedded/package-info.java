/// An embedded PostgreSQL, which the server unpacks, starts and stops itself and reaches through a
/// Unix socket.
@NullMarked
package parley.db.embedded;

import org.jspecify.annotations.NullMarked;
