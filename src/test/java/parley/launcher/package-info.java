/// The launcher script is tested by running it, on a source tree with a Maven and a JDK that only
/// pretend.
@NullMarked
package parley.launcher;

import org.jspecify.annotations.NullMarked;
