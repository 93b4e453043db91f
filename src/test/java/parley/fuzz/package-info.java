/// Hostile requests in great number against the running server; `./parley bench fuzz` runs it.
@NullMarked
package parley.fuzz;

import org.jspecify.annotations.NullMarked;
