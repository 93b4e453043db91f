/// Cursor pagination.
@NullMarked
package parley.paging;

import org.jspecify.annotations.NullMarked;
