/// Asking ClamAV whether a file is infected.
@NullMarked
package parley.media.scanning;

import org.jspecify.annotations.NullMarked;
