/// Tests of what is said with LiveKit.
@NullMarked
package parley.calls.livekit;

import org.jspecify.annotations.NullMarked;
