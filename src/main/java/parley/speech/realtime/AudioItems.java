package parley.speech.realtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.speech.live.LiveFrame;

/// Divides the text of a session among its items. Captions come in order, so that a text belongs to
/// the first item that has not been completed. To be used under the lock of the session's messages.
final class AudioItems {
  /// Items without their whole text, in order; only the last may be uncommitted.
  private final Deque<AudioItem> open = new ArrayDeque<>();

  private @Nullable String lastCommitted;

  /// The events for a caption.
  ///
  /// @param start seconds of the session, where a new item would begin
  List<ServerEvent> caption(LiveFrame.Delta caption, double start, boolean shown) {
    if (!caption.isFinal() && caption.agreed().isEmpty()) {
      return List.of();
    }
    if (open.isEmpty()) {
      open.add(new AudioItem(start, shown));
    }
    AudioItem item = open.getFirst();
    if (!item.shown || item.dropped) {
      if (caption.isFinal()) {
        // Not sent yet: all of it is sent once the item is committed.
        item.text.settled(caption.text());
      }
      return List.of();
    }
    String more =
        caption.isFinal() ? item.text.settled(caption.text()) : item.text.agreed(caption.agreed());
    return more.isEmpty() ? List.of() : List.of(new ServerEvent.Delta(item.id, more));
  }

  /// The item whose audio comes now.
  ///
  /// @param start seconds of the session, where a new one would begin
  AudioItem current(double start, boolean shown) {
    AudioItem last = open.peekLast();
    if (last == null || last.end != AudioItem.End.NONE) {
      last = new AudioItem(start, shown);
      open.add(last);
    }
    return last;
  }

  /// Whether audio has come that is not committed, and in which somebody spoke.
  boolean hasCurrent() {
    AudioItem last = open.peekLast();
    return last != null && last.end == AudioItem.End.NONE;
  }

  /// Commits an item, which [#end] completes.
  ///
  /// @param seconds of its audio
  /// @param beta whether the client speaks the beta protocol
  List<ServerEvent> commit(AudioItem item, AudioItem.End end, double seconds, boolean beta) {
    List<ServerEvent> events = new ArrayList<>();
    ServerEvent.Item message = ServerEvent.Item.audio(item.id);
    events.add(new ServerEvent.Committed(item.id, lastCommitted));
    if (beta) {
      events.add(new ServerEvent.ItemEvent("conversation.item.created", lastCommitted, message));
    } else {
      events.add(new ServerEvent.ItemEvent("conversation.item.added", lastCommitted, message));
      events.add(new ServerEvent.ItemEvent("conversation.item.done", lastCommitted, message));
    }
    item.end = end;
    item.seconds = seconds;
    lastCommitted = item.id;
    if (!item.shown) {
      item.shown = true;
      if (!item.text.transcript().isEmpty()) {
        events.add(new ServerEvent.Delta(item.id, item.text.transcript()));
      }
    }
    return events;
  }

  /// Throws away the text of audio that is not committed, until the answer to a flush.
  ///
  /// @param start seconds of the session
  void drop(double start) {
    AudioItem item = current(start, false);
    item.dropped = true;
    item.end = AudioItem.End.FLUSH;
  }

  /// Completes the first item, if this is what ends it.
  List<ServerEvent> end(AudioItem.End end) {
    AudioItem first = open.peekFirst();
    if (first == null || first.end != end) {
      if (first != null) {
        first.text.next();
      }
      return List.of();
    }
    open.removeFirst();
    return first.dropped
        ? List.of()
        : List.of(
            new ServerEvent.Completed(first.id, first.text.transcript(), rounded(first.seconds)));
  }

  /// Gives up the committed items, which will have no more text; what is not committed stays.
  ///
  /// @return an event for each that is still without its text
  List<ServerEvent> failCommitted(ServerEvent.ErrorDetail error) {
    List<ServerEvent> events = new ArrayList<>();
    for (AudioItem item : open) {
      if (item.end != AudioItem.End.NONE && !item.dropped) {
        events.add(new ServerEvent.Failed(item.id, error));
      }
    }
    open.removeIf(item -> item.end != AudioItem.End.NONE);
    return events;
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }
}
