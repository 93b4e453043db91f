/// Metering of transcriptions: one row each, budgets and usage reports.
@NullMarked
package parley.metering;

import org.jspecify.annotations.NullMarked;
