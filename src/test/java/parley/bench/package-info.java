/// Benchmarks of single components, run by hand: each class has a `main` that prints the results.
@NullMarked
package parley.bench;

import org.jspecify.annotations.NullMarked;
