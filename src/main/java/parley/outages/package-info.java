/// What callers are told while something that the server depends on does not work.
@NullMarked
package parley.outages;

import org.jspecify.annotations.NullMarked;
