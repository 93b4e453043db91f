package parley.speakers;

import org.jspecify.annotations.Nullable;

/// The quality of a recording as a voice sample. JSON of the API.
///
/// @param speechSeconds how long somebody speaks in it
/// @param durationSeconds of the whole recording, as far as it was heard
/// @param snrDb speech above noise, in decibels; null when there is no speech
/// @param peakDbfs the loudest sample, in decibels below full scale; at least −120
/// @param clippedRatio the share of samples that are cut off at full scale, 0 to 1
/// @param voices how many different people speak
public record VoiceFigures(
    double speechSeconds,
    double durationSeconds,
    @Nullable Double snrDb,
    double peakDbfs,
    double clippedRatio,
    int voices) {}
