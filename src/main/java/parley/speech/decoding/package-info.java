/// Turns any media file into a stream of samples, by ffmpeg as a child process with limits and
/// without a network.
@NullMarked
package parley.speech.decoding;

import org.jspecify.annotations.NullMarked;
