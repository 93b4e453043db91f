/// Tests of the package.
@NullMarked
package parley.jobs;

import org.jspecify.annotations.NullMarked;
