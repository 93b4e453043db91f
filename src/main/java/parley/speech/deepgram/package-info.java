/// Deepgram's API, so that its client libraries work with another address:
/// https://developers.deepgram.com/reference
@NullMarked
package parley.speech.deepgram;

import org.jspecify.annotations.NullMarked;
