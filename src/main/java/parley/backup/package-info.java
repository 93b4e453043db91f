/// Backups: everything that a server keeps, copied while it runs, and restored.
@NullMarked
package parley.backup;

import org.jspecify.annotations.NullMarked;
