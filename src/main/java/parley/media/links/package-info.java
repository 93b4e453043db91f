/// Links that open one file for a few minutes without a token.
@NullMarked
package parley.media.links;

import org.jspecify.annotations.NullMarked;
