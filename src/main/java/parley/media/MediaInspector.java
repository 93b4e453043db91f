package parley.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import parley.ffmpeg.DecoderUnavailable;
import parley.media.pictures.MediaProbe;
import parley.media.pictures.PictureHeader;
import parley.media.pictures.Thumbnail;
import parley.media.pictures.Thumbnails;
import parley.media.types.MediaType;

/// Looks into received files for what their entries tell, and makes thumbnails.
public final class MediaInspector {
  private final MediaProbe probe;
  private final Thumbnails thumbnails;

  public MediaInspector(MediaProbe probe, Thumbnails thumbnails) {
    this.probe = probe;
    this.thumbnails = thumbnails;
  }

  /// What was found.
  ///
  /// @param thumbnails in the order of their index among the facts
  record Inspection(MediaFacts facts, List<Thumbnail> thumbnails) {
    static final Inspection NOTHING = new Inspection(MediaFacts.NONE, List.of());
  }

  /// Looks into a file of this type. What cannot be found out is left open: no file is so broken
  /// that it could not be stored.
  ///
  /// @throws DecoderUnavailable when it is not the file's fault that nothing is found
  /// @throws IOException when there is no room to work in
  Inspection inspect(Path file, MediaType type) throws IOException {
    if (type.isPicture()) {
      return picture(file);
    }
    return type.isVideo() || type.isAudio() ? recording(file, type) : Inspection.NOTHING;
  }

  private Inspection picture(Path file) throws IOException {
    Optional<PictureHeader> header = PictureHeader.read(file);
    if (header.isEmpty()) {
      return Inspection.NOTHING;
    }
    List<Thumbnail> made = ThumbnailIndex.inOrder(thumbnails.ofPicture(file));
    return new Inspection(
        new MediaFacts(header.get().width(), header.get().height(), null, ThumbnailIndex.of(made)),
        made);
  }

  private Inspection recording(Path file, MediaType type) throws IOException {
    Optional<MediaProbe.Found> probed = probe.look(file);
    if (probed.isEmpty()) {
      return Inspection.NOTHING;
    }
    MediaProbe.Found found = probed.get();
    List<Thumbnail> made =
        type.isVideo() ? ThumbnailIndex.inOrder(thumbnails.ofVideo(file)) : List.of();
    return new Inspection(
        new MediaFacts(
            found.width(),
            found.height(),
            found.duration() == null ? null : found.duration().toMillis() / 1000.0,
            ThumbnailIndex.of(made)),
        made);
  }
}
