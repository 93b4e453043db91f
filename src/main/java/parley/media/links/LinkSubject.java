package parley.media.links;

import parley.media.MediaId;
import parley.tenants.TenantId;

/// What a link opens.
public record LinkSubject(TenantId tenant, MediaId media) {}
