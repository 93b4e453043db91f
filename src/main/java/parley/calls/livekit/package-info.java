/// Talking to LiveKit: its room service, its tokens, its webhooks.
@NullMarked
package parley.calls.livekit;

import org.jspecify.annotations.NullMarked;
