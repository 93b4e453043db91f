@NullMarked
package parley.ffmpeg;

import org.jspecify.annotations.NullMarked;
