/// Transcription by another server that speaks OpenAI's protocol.
@NullMarked
package parley.speech.relay;

import org.jspecify.annotations.NullMarked;
