/// Tests of the package.
@NullMarked
package parley.auth;

import org.jspecify.annotations.NullMarked;
