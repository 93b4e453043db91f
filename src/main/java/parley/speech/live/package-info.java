/// Captions while somebody speaks: sound comes over a WebSocket, text goes back.
@NullMarked
package parley.speech.live;

import org.jspecify.annotations.NullMarked;
