/// A PostgreSQL that the program brings, starts and stops by itself, reached over a Unix socket
/// alone.
@NullMarked
package parley.db.embedded;

import org.jspecify.annotations.NullMarked;
