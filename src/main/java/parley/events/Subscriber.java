package parley.events;

import parley.auth.Caller;

/// Somebody who listens on this node. Its calls come one at a time and must not block.
interface Subscriber {
  /// Who listens; their tenant, user and key decide what they hear and for how long.
  Caller caller();

  /// An event that the user hears. They come in order, each once.
  void heard(LiveEvent event);

  /// The key is no longer valid: nothing more may be told.
  void revoked();

  /// The node is about to stop.
  void stopping();
}
