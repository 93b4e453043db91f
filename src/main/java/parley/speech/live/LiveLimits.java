package parley.speech.live;

import java.time.Duration;

/// What one stream and all of them may cost.
///
/// @param streamsPerTenant at the same time on this node
/// @param streams at the same time on this node
/// @param places for which there is memory: one for a stream, two for one whose speakers are
///   distinguished
/// @param idle a stream on which nothing comes for so long is ended
/// @param maxAudio the most audio of one stream
public record LiveLimits(
    int streamsPerTenant, int streams, int places, Duration idle, Duration maxAudio) {}
