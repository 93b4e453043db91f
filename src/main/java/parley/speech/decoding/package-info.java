/// Decodes any media file or stream to samples, with ffmpeg in a child process under limits and
/// without network access.
@NullMarked
package parley.speech.decoding;

import org.jspecify.annotations.NullMarked;
