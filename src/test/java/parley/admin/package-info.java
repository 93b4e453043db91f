@NullMarked
package parley.admin;

import org.jspecify.annotations.NullMarked;
