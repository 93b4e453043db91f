/// Test fixtures: real programs and clients to drive them.
@NullMarked
package parley.testing;

import org.jspecify.annotations.NullMarked;
