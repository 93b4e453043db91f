/// Tests of the package.
@NullMarked
package parley.media;

import org.jspecify.annotations.NullMarked;
