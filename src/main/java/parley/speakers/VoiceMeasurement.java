package parley.speakers;

import org.jspecify.annotations.Nullable;

/// The measurement of one recording.
///
/// @param embedding null when there is too little speech to make one
public record VoiceMeasurement(VoiceFigures figures, @Nullable Voiceprint embedding) {}
