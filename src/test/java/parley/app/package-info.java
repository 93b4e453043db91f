/// Tests of the package.
@NullMarked
package parley.app;

import org.jspecify.annotations.NullMarked;
