/// Who speaks when, and whose voice it is: pyannote's segmentation and CAM++ embeddings on ONNX
/// Runtime, clustering, naming, and the measures by which a recording is judged fit for enrolment.
/// Knows nothing of tenants, HTTP or tables.
@NullMarked
package parley.speech.diarisation;

import org.jspecify.annotations.NullMarked;
