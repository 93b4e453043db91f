/// What work was done for whom: one row for each call, budgets, and what it all adds up to.
@NullMarked
package parley.metering;

import org.jspecify.annotations.NullMarked;
