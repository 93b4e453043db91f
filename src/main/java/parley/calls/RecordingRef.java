package parley.calls;

import parley.tenants.TenantId;

/// Identifies a recording and its call across tenants.
public record RecordingRef(TenantId tenant, CallId call, RecordingId id) {
  CallRef callRef() {
    return new CallRef(tenant, call);
  }
}
