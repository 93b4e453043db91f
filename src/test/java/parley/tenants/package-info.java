/// Tests of the package.
@NullMarked
package parley.tenants;

import org.jspecify.annotations.NullMarked;
