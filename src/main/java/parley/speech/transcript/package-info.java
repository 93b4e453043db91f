/// Transcripts, languages and the options of a transcription: the values that all backends share.
/// Independent of models, jobs and HTTP.
@NullMarked
package parley.speech.transcript;

import org.jspecify.annotations.NullMarked;
