/// Bytes: the spool they arrive in and the store they stay in, addressed by content.
@NullMarked
package parley.storage;

import org.jspecify.annotations.NullMarked;
