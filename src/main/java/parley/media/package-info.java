/// Media files: uploads, metadata, downloads, scans and thumbnails.
@NullMarked
package parley.media;

import org.jspecify.annotations.NullMarked;
