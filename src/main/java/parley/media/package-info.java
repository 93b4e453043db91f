/// Media files: uploading, describing and handing them out.
@NullMarked
package parley.media;

import org.jspecify.annotations.NullMarked;
