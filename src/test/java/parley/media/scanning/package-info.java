@NullMarked
package parley.media.scanning;

import org.jspecify.annotations.NullMarked;
