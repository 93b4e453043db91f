/// Texts of the API: enumerations as it writes them, and messages that are read piece by piece.
@NullMarked
package parley.text;

import org.jspecify.annotations.NullMarked;
