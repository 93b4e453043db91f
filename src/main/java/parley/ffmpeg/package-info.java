/// FFmpeg's two programs: which ones are used, and how they are run under limits.
@NullMarked
package parley.ffmpeg;

import org.jspecify.annotations.NullMarked;
