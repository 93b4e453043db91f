/// What was said, and in which language: the values that every backend answers with, and what it is
/// asked for. Knows nothing of models, jobs or HTTP.
@NullMarked
package parley.speech.transcript;

import org.jspecify.annotations.NullMarked;
