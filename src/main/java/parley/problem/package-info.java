/// Errors for callers: one enum and one exception, which the web layer renders per dialect.
@NullMarked
package parley.problem;

import org.jspecify.annotations.NullMarked;
