package parley.events;

import parley.auth.Caller;

/// Receives events on this node. The methods are called one at a time and must not block.
interface Subscriber {
  /// The caller, whose tenant and user determine the delivered events.
  Caller caller();

  /// Delivers an event that the user may read. Events come in order and once each.
  void receive(LiveEvent event);

  /// The node is about to stop.
  default void stopping() {}
}
