/// Tests of calls.
@NullMarked
package parley.calls;

import org.jspecify.annotations.NullMarked;
