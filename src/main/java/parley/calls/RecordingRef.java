package parley.calls;

import parley.tenants.TenantId;

/// Names a recording of any tenant, and its call.
public record RecordingRef(TenantId tenant, CallId call, RecordingId id) {
  CallRef callRef() {
    return new CallRef(tenant, call);
  }
}
