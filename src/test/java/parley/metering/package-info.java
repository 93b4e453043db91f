@NullMarked
package parley.metering;

import org.jspecify.annotations.NullMarked;
