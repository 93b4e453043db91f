package parley.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.ffmpeg.DecoderUnavailable;
import parley.media.pictures.MediaProbe;
import parley.media.pictures.NoThumbnail;
import parley.media.pictures.PictureHeader;
import parley.media.pictures.Rendering;
import parley.media.pictures.Thumbnail;
import parley.media.pictures.Thumbnails;
import parley.media.types.MediaType;

/// Measures media files and makes their thumbnails.
public final class MediaInspector {
  private final MediaProbe probe;
  private final Thumbnails thumbnails;

  public MediaInspector(MediaProbe probe, Thumbnails thumbnails) {
    this.probe = probe;
    this.thumbnails = thumbnails;
  }

  /// The result of an inspection.
  ///
  /// @param thumbnails in the order of [ThumbnailIndex]
  /// @param reason why there are none; null if there are
  record Inspection(
      @Nullable Integer width,
      @Nullable Integer height,
      @Nullable Double duration,
      List<Thumbnail> thumbnails,
      @Nullable NoThumbnail reason) {
    static Inspection nothing(NoThumbnail reason) {
      return new Inspection(null, null, null, List.of(), reason);
    }

    Inspection(
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable Double duration,
        Rendering rendering) {
      this(
          width,
          height,
          duration,
          ThumbnailIndex.inOrder(rendering.thumbnails()),
          rendering.reason());
    }
  }

  /// Whether files of this type are inspected.
  static boolean looksInto(MediaType type) {
    return type.isPicture() || type.isVideo() || type.isAudio();
  }

  /// The dimensions in a picture's header, without a decoder; nothing for other files.
  static MediaMetadata glance(Path file, MediaType type) throws IOException {
    Optional<PictureHeader> header = type.isPicture() ? PictureHeader.read(file) : Optional.empty();
    return MediaMetadata.measured(
        header.map(PictureHeader::width).orElse(null),
        header.map(PictureHeader::height).orElse(null),
        null);
  }

  /// The duration and dimensions of audio, video or a picture; nothing for other files, and if they
  /// cannot be determined.
  ///
  /// @throws DecoderUnavailable when that may not be the file's fault
  MediaMetadata measure(Path file, MediaType type) throws IOException {
    if (!type.isVideo() && !type.isAudio()) {
      return glance(file, type);
    }
    try {
      return probe
          .look(file)
          .map(found -> MediaMetadata.measured(found.width(), found.height(), seconds(found)))
          .orElse(MediaMetadata.measured(null, null, null));
    } catch (DecoderUnavailable failure) {
      if (failure.passedSelfTest()) {
        return MediaMetadata.measured(null, null, null);
      }
      throw failure;
    }
  }

  /// Inspects a file of this type. What cannot be determined is omitted, because broken files are
  /// stored, too.
  ///
  /// @throws DecoderUnavailable when a failure may not be the file's fault, or the file exceeds the
  ///   limits
  /// @throws IOException when the scratch folder cannot be used
  Inspection inspect(Path file, MediaType type) throws IOException {
    if (type.isPicture()) {
      return picture(file, type);
    }
    return type.isVideo() || type.isAudio()
        ? recording(file, type.isVideo())
        : Inspection.nothing(NoThumbnail.NO_PICTURE);
  }

  private Inspection picture(Path file, MediaType type) throws IOException {
    Optional<PictureHeader> header = PictureHeader.read(file);
    if (header.isEmpty()) {
      // An image sequence may contain only a video track (ISO/IEC 23008-12 section 7).
      return type.isHeif() ? recording(file, true) : Inspection.nothing(NoThumbnail.BROKEN);
    }
    return new Inspection(
        header.get().width(), header.get().height(), null, thumbnails.ofPicture(file));
  }

  private Inspection recording(Path file, boolean film) throws IOException {
    Optional<MediaProbe.Found> probed = probe.look(file);
    if (probed.isEmpty()) {
      return Inspection.nothing(NoThumbnail.BROKEN);
    }
    MediaProbe.Found found = probed.get();
    return new Inspection(
        found.width(),
        found.height(),
        seconds(found),
        film ? thumbnails.ofVideo(file, found) : Rendering.none(NoThumbnail.NO_PICTURE));
  }

  private static @Nullable Double seconds(MediaProbe.Found found) {
    return found.duration() == null ? null : found.duration().toMillis() / 1000.0;
  }
}
