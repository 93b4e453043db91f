/// People who agreed to be known by their voice: their consent, their profiles, and who may be
/// named.
@NullMarked
package parley.speakers;

import org.jspecify.annotations.NullMarked;
