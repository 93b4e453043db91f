/// What a file is, told from its bytes.
@NullMarked
package parley.media.types;

import org.jspecify.annotations.NullMarked;
