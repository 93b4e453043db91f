/// OpenAI's Realtime API for transcription, as a dialect of live captions:
/// https://platform.openai.com/docs/guides/realtime-transcription
@NullMarked
package parley.speech.realtime;

import org.jspecify.annotations.NullMarked;
