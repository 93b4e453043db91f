@NullMarked
package parley.media.types;

import org.jspecify.annotations.NullMarked;
