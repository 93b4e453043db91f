/// Tests of the package.
@NullMarked
package parley.speech;

import org.jspecify.annotations.NullMarked;
