/// Tests of the web console in a real browser.
@NullMarked
package parley.console;

import org.jspecify.annotations.NullMarked;
