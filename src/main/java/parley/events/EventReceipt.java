package parley.events;

import org.jspecify.annotations.Nullable;

/// The recorded event, available once the transaction has committed. Before that, it has no
/// position.
public final class EventReceipt {
  private volatile @Nullable Event event;

  EventReceipt() {}

  void placed(Event placed) {
    event = placed;
  }

  /// The event. Call this after the commit.
  public Event event() {
    Event placed = event;
    if (placed == null) {
      throw new IllegalStateException("the transaction has not committed");
    }
    return placed;
  }
}
