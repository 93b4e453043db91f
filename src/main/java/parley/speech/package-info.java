/// Speech turned into text: what is asked for, what comes back, and the routes.
@NullMarked
package parley.speech;

import org.jspecify.annotations.NullMarked;
