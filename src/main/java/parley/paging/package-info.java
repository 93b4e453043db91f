/// Lists that are read page by page.
@NullMarked
package parley.paging;

import org.jspecify.annotations.NullMarked;
