@NullMarked
package parley.speech.deepgram;

import org.jspecify.annotations.NullMarked;
