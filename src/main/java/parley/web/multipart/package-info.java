/// A streaming `multipart/form-data` parser (RFC 7578) that costs about as much as copying the
/// body.
@NullMarked
package parley.web.multipart;

import org.jspecify.annotations.NullMarked;
