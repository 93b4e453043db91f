package parley.calls;

import parley.tenants.TenantId;

/// Names a call of any tenant.
public record CallRef(TenantId tenant, CallId id) {}
