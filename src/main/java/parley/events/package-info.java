/// What happens in a tenant, in one order: written with the change itself, heard by whom it
/// concerns, on whatever node they listen.
@NullMarked
package parley.events;

import org.jspecify.annotations.NullMarked;
