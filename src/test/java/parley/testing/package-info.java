/// What tests share: real parts, and the means to drive them.
@NullMarked
package parley.testing;

import org.jspecify.annotations.NullMarked;
