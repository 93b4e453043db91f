package parley.events;

import org.jspecify.annotations.Nullable;

/// Gives whoever recorded an event the event itself once the transaction has committed: before that
/// it has no position.
public final class EventReceipt {
  private volatile @Nullable Event event;

  EventReceipt() {}

  void placed(Event placed) {
    event = placed;
  }

  /// The event; to be called after the commit.
  public Event event() {
    Event placed = event;
    if (placed == null) {
      throw new IllegalStateException("the transaction has not committed");
    }
    return placed;
  }
}
