/// Calls and their recordings: who rings whom, who takes part, when a call ends. LiveKit carries
/// the media.
@NullMarked
package parley.calls;

import org.jspecify.annotations.NullMarked;
