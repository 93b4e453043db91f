package parley.speech;

import java.util.List;
import java.util.Set;
import parley.problem.Problem;
import parley.problem.ProblemCode;

/// A tenant's rules for the transcription of its recordings.
///
/// @param defaultBackend the one to try first where the caller has no preference; among the allowed
/// @param retainAudio whether a recording that was sent for transcription becomes a media entry of
///   its user when its job is completed; else it is erased
public record TenantPolicy(
    AllowedBackends allowedBackends, Backend defaultBackend, boolean retainAudio) {
  public TenantPolicy {
    if (!allowedBackends.allow(defaultBackend)) {
      throw new Problem(
              ProblemCode.VALIDATION, "The default backend must be among the allowed ones.")
          .at("default_backend");
    }
  }

  /// The backends to try, in this order.
  ///
  /// @throws Problem BACKEND_NOT_ALLOWED when the caller prefers one that the tenant excludes
  public List<Backend> order(BackendPreference preference) {
    Backend first =
        switch (preference) {
          case ANY -> defaultBackend;
          case PREFER_SELF_HOSTED -> Backend.A;
          case PREFER_RELAY -> Backend.B;
        };
    if (!allowedBackends.allow(first)) {
      throw new Problem(
              ProblemCode.BACKEND_NOT_ALLOWED, "The tenant's policy excludes this backend.")
          .at("backend_preference");
    }
    return allowedBackends.startingWith(first);
  }

  /// Those of the backends of a request made earlier that are still allowed, in the same order.
  ///
  /// @throws Problem BACKEND_NOT_ALLOWED when none is
  List<Backend> stillAllowed(List<Backend> order) {
    List<Backend> allowed = order.stream().filter(allowedBackends::allow).toList();
    if (allowed.isEmpty()) {
      throw excludedMeanwhile();
    }
    return allowed;
  }

  /// Requires that a stream may still be heard by all of these backends.
  ///
  /// @throws Problem BACKEND_NOT_ALLOWED if one is excluded
  public void requireAll(Set<Backend> backends) {
    if (!backends.stream().allMatch(allowedBackends::allow)) {
      throw excludedMeanwhile();
    }
  }

  private static Problem excludedMeanwhile() {
    return new Problem(
        ProblemCode.BACKEND_NOT_ALLOWED,
        "The tenant's policy excludes this backend since the request was made.");
  }
}
