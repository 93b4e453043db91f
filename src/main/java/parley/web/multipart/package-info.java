/// Reading `multipart/form-data` (RFC 7578) as it arrives, at about the cost of copying it.
@NullMarked
package parley.web.multipart;

import org.jspecify.annotations.NullMarked;
