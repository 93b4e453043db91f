/// Speech recognition inside the process: Silero finds the speech, Whisper writes it down, both on
/// ONNX Runtime.
@NullMarked
package parley.speech.engine;

import org.jspecify.annotations.NullMarked;
