@NullMarked
package parley.speech.diarisation;

import org.jspecify.annotations.NullMarked;
