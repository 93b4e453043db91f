/// Tests of enrolled speakers.
@NullMarked
package parley.speakers;

import org.jspecify.annotations.NullMarked;
