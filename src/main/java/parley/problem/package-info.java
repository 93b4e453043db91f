/// What can go wrong for a caller, as one enum and one exception; the web edge renders it per
/// dialect.
@NullMarked
package parley.problem;

import org.jspecify.annotations.NullMarked;
