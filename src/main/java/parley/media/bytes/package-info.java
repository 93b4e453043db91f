/// Random access to files, and the boxes of ISO media files.
@NullMarked
package parley.media.bytes;

import org.jspecify.annotations.NullMarked;
