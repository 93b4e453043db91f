/// Stored files: the spool in which they arrive, and the content-addressed blob store.
@NullMarked
package parley.storage;

import org.jspecify.annotations.NullMarked;
