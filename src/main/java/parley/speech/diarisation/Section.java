package parley.speech.diarisation;

import java.util.List;

/// A part of a recording between two moments in which nobody speaks, or half a minute of it.
///
/// @param start its first frame
/// @param tracks in no order
record Section(int start, List<Track> tracks) {
  /// One person's speech as far as the segmentation could follow it from window to window. The same
  /// person may be several tracks of a recording, and after a mistake a track may be several
  /// people.
  ///
  /// @param number the same in each section it is in
  /// @param activity the probability of speech in each frame of the section
  record Track(int number, @SuppressWarnings("ArrayRecordComponent") float[] activity) {}
}
