@NullMarked
package parley.media.pictures;

import org.jspecify.annotations.NullMarked;
