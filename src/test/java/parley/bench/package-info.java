/// Measurements of single parts, run by hand: each class has a `main` that prints its figures.
@NullMarked
package parley.bench;

import org.jspecify.annotations.NullMarked;
