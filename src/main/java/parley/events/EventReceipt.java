package parley.events;

import org.jspecify.annotations.Nullable;

/// For who recorded an event: the event itself, once its transaction has committed. Before that it
/// has no place yet.
public final class EventReceipt {
  private volatile @Nullable Event event;

  EventReceipt() {}

  void placed(Event placed) {
    event = placed;
  }

  /// The event; to be asked for after the commit.
  public Event event() {
    Event placed = event;
    if (placed == null) {
      throw new IllegalStateException("the transaction has not committed");
    }
    return placed;
  }
}
