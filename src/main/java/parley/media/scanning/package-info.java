/// Scanning files for viruses with ClamAV.
@NullMarked
package parley.media.scanning;

import org.jspecify.annotations.NullMarked;
