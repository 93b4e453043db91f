package parley.speech.live;

import java.time.Duration;

/// What one stream and all of them may cost.
///
/// @param streamsPerTenant at the same time on this node
/// @param streams at the same time on this node
/// @param idle a stream on which nothing comes for so long is ended
/// @param maxAudio the most audio of one stream
public record LiveLimits(int streamsPerTenant, int streams, Duration idle, Duration maxAudio) {}
