/// File names that clients send.
@NullMarked
package parley.filenames;

import org.jspecify.annotations.NullMarked;
