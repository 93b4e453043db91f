package parley.media.pictures;

import java.nio.file.Path;

/// Where the two programs of FFmpeg are.
///
/// @param ffmpeg decodes, scales and encodes
/// @param ffprobe describes
public record MediaPrograms(Path ffmpeg, Path ffprobe) {}
