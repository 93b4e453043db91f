package parley.calls;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.console.ConsoleUser;
import parley.testing.Eventually;

/// A recorded call in the console, with its recording in a bucket of another server.
@Tag("slow")
class RecordedCallInConsoleTest extends RecordedCalls {
  @Test
  void isHeardAndReadInItsRoom() throws Exception {
    ringing("audio");
    record("{\"transcript\": true}");
    awaitStatus("recording");
    alice.post(call + "/recording/stop");
    awaitStatus("completed");
    Eventually.holds(
        "the transcript is posted", () -> messages("swp.audio_transcript").size() == 1);
    alice.post(call + "/end");

    try (ConsoleUser user = ConsoleUser.open(server)) {
      user.signIn(alice.token());
      user.press("Calls");
      user.sees("Audio call");
      user.sees("Recorded");
      user.looksWell("calls");
      user.evaluate("location.hash = '#/rooms/" + room + "'");
      user.sees("Members");
      user.evaluate("document.getElementById('tab-calls').click()");
      user.sees("Audio call");
      user.press("Play the recording");
      Eventually.holds(
          "it can be heard",
          () ->
              user.evaluate("String(document.querySelector('audio')?.duration > 10)")
                  .equals("true"));
      user.press("Transcript");
      user.sees("fellow Americans");
      user.looksWell("call");
      user.press("Read it beside the recording");
      Eventually.holds(
          "there too",
          () ->
              user.evaluate("String(document.querySelector('audio')?.duration > 10)")
                  .equals("true"));
      user.sees("fellow Americans");
    }
  }
}
