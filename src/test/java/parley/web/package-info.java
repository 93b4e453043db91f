@NullMarked
package parley.web;

import org.jspecify.annotations.NullMarked;
