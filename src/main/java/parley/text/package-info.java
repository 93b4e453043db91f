/// Enumerations as the API and the database write them.
@NullMarked
package parley.text;

import org.jspecify.annotations.NullMarked;
