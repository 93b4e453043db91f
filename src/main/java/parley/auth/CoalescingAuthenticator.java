package parley.auth;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Shares one lookup among concurrent requests with the same token, so that a caller who sends many
/// at once occupies a single database connection and delays nobody else.
///
/// No request is answered from a lookup that started before the request arrived, so a revoked key
/// is refused immediately.
public final class CoalescingAuthenticator implements Authenticator {
  private final Authenticator lookups;

  /// The latest lookup of each token that somebody waits for.
  private final Map<String, Lookup> last = new HashMap<>();

  /// @param lookups called by one thread at a time per token
  public CoalescingAuthenticator(Authenticator lookups) {
    this.lookups = lookups;
  }

  private static final class Lookup {
    final CompletableFuture<Caller> result = new CompletableFuture<>();
    boolean begun;

    Lookup(boolean begun) {
      this.begun = begun;
    }
  }

  @Override
  public Caller authenticate(String token) {
    Lookup latest;
    Lookup mine;
    synchronized (last) {
      latest = last.get(token);
      mine = latest == null || latest.begun ? new Lookup(latest == null) : latest;
      last.put(token, mine);
    }
    return mine == latest ? joined(mine) : run(mine, token, latest);
  }

  private static Caller joined(Lookup lookup) {
    try {
      return lookup.result.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private Caller run(Lookup lookup, String token, @Nullable Lookup before) {
    try {
      if (before != null) {
        // The previous lookup's outcome belongs to the requests that joined it.
        before.result.handle((caller, failed) -> true).join();
        synchronized (last) {
          lookup.begun = true;
        }
      }
      Caller caller = lookups.authenticate(token);
      lookup.result.complete(caller);
      return caller;
    } catch (RuntimeException e) {
      lookup.result.completeExceptionally(e);
      throw e;
    } finally {
      synchronized (last) {
        last.remove(token, lookup);
      }
      lookup.result.completeExceptionally(new IllegalStateException("the lookup was cut off"));
    }
  }
}
