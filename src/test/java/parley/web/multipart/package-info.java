@NullMarked
package parley.web.multipart;

import org.jspecify.annotations.NullMarked;
