/// The events of each tenant, in one order: recorded with the change itself, and delivered to whom
/// they concern, on whatever node they are connected to.
@NullMarked
package parley.events;

import org.jspecify.annotations.NullMarked;
