/// Copying all rows of the database to files and back.
@NullMarked
package parley.db.dump;

import org.jspecify.annotations.NullMarked;
