/// Calls: who rings whom, who takes part, when a call ends. LiveKit carries sound and picture.
@NullMarked
package parley.calls;

import org.jspecify.annotations.NullMarked;
