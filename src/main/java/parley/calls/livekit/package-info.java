/// The client for LiveKit: room service, egress, tokens, webhooks.
@NullMarked
package parley.calls.livekit;

import org.jspecify.annotations.NullMarked;
