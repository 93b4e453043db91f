package parley.events;

import parley.auth.Caller;

/// Somebody who waits for events on this node. Its methods are called one at a time and must not
/// block.
interface Subscriber {
  /// On whose behalf; their tenant and user decide which events are delivered.
  Caller caller();

  /// Delivers an event that the user may read. Events come in order, each once.
  void receive(LiveEvent event);

  /// The node is about to stop.
  default void stopping() {}
}
