package parley.calls;

import parley.tenants.TenantId;

/// Identifies a call across tenants.
public record CallRef(TenantId tenant, CallId id) {}
