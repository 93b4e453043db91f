/// Sanitizing of file names.
@NullMarked
package parley.filenames;

import org.jspecify.annotations.NullMarked;
