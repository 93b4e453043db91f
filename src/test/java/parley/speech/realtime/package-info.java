@NullMarked
package parley.speech.realtime;

import org.jspecify.annotations.NullMarked;
