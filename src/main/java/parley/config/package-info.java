/// The configuration: one tree of records, read at start from command line, environment and file,
/// and rejected as a whole when any value is invalid.
@NullMarked
package parley.config;

import org.jspecify.annotations.NullMarked;
