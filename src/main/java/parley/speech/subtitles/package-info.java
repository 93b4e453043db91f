/// Subtitles: a transcript divided into cues that people can read in the time they are shown.
@NullMarked
package parley.speech.subtitles;

import org.jspecify.annotations.NullMarked;
