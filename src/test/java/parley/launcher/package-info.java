/// Tests of the launcher script, which run it on a source tree with a fake Maven and JDK.
@NullMarked
package parley.launcher;

import org.jspecify.annotations.NullMarked;
