/// Pictures and video frames: dimensions from headers, and thumbnails.
@NullMarked
package parley.media.pictures;

import org.jspecify.annotations.NullMarked;
