@NullMarked
package parley.speech.live;

import org.jspecify.annotations.NullMarked;
