package parley.media.links;

import parley.ids.TypedId;
import parley.tenants.TenantId;

/// What a link opens: something of a tenant, by its id.
public record LinkSubject(TenantId tenant, TypedId id) {}
