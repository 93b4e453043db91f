/// The program: its commands and the one place where everything is wired.
@NullMarked
package parley.app;

import org.jspecify.annotations.NullMarked;
