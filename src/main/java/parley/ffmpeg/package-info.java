/// Finding FFmpeg's programs and running them under limits.
@NullMarked
package parley.ffmpeg;

import org.jspecify.annotations.NullMarked;
