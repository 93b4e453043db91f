package parley.speakers;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.List;
import java.util.Map;
import parley.json.Json;

/// The consent behind a profile in the API: the fields as they were hashed, their place in the
/// chain, and all entries about the speaker.
///
/// @param fields of the first entry's record
record ConsentView(
    @JsonAnyGetter Map<String, Object> fields,
    long sequence,
    String previousHash,
    String hash,
    List<ConsentRecord.Entry> entries) {
  /// @param entries about one speaker, the consent first; not empty
  static ConsentView of(List<ConsentRecord.Entry> entries) {
    ConsentRecord.Entry given = entries.getFirst();
    return new ConsentView(
        Json.fields(given.record()), given.sequence(), given.previousHash(), given.hash(), entries);
  }
}
