/// The database: connections, transactions and migrations.
@NullMarked
package parley.db;

import org.jspecify.annotations.NullMarked;
