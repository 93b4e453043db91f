/// The append-only audit log.
@NullMarked
package parley.audit;

import org.jspecify.annotations.NullMarked;
