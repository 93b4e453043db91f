/// Circuit breakers with active probes for the services that this server depends on.
@NullMarked
package parley.peers;

import org.jspecify.annotations.NullMarked;
