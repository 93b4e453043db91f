/// Bytes of files at any place, and the boxes that some files are made of.
@NullMarked
package parley.media.bytes;

import org.jspecify.annotations.NullMarked;
