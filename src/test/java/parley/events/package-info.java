/// Tests of the event log and of those who listen.
@NullMarked
package parley.events;

import org.jspecify.annotations.NullMarked;
