/// Media type detection from a file's bytes.
@NullMarked
package parley.media.types;

import org.jspecify.annotations.NullMarked;
