@NullMarked
package parley.speech.relay;

import org.jspecify.annotations.NullMarked;
