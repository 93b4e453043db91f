/// The job queue: work that outlives its request, with results applied exactly once and progress
/// announced as events.
@NullMarked
package parley.jobs;

import org.jspecify.annotations.NullMarked;
