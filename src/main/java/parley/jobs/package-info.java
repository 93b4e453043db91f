/// Work that outlives its request: queued, run once as far as anyone can see, and told of.
@NullMarked
package parley.jobs;

import org.jspecify.annotations.NullMarked;
