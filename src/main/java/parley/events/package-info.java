/// The events of each tenant, in one order: recorded with the change itself, and delivered to
/// everybody concerned on any node.
@NullMarked
package parley.events;

import org.jspecify.annotations.NullMarked;
