/// What an operator can set: one record tree, read once at start from command line, environment and
/// file, refused as a whole when anything in it is wrong.
@NullMarked
package parley.config;

import org.jspecify.annotations.NullMarked;
