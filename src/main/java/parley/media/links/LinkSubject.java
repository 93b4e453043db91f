package parley.media.links;

import parley.ids.TypedId;
import parley.tenants.TenantId;

/// What a link opens: an object of a tenant.
public record LinkSubject(TenantId tenant, TypedId id) {}
