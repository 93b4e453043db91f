/// Pictures and video frames: their dimensions from the headers, and thumbnails of them.
@NullMarked
package parley.media.pictures;

import org.jspecify.annotations.NullMarked;
