package parley.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// A headless browser with one page, as a test controls it. The caller closes it.
public interface Browser extends AutoCloseable {
  /// Chromium on an empty page.
  static Browser start() throws Exception {
    return Chromium.start(List.of());
  }

  /// Like [#start()] with a microphone that plays a recording once.
  ///
  /// @param microphone a 16-bit WAV file
  static Browser start(Path microphone) throws Exception {
    return Chromium.start(
        List.of(
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--use-file-for-fake-audio-capture=" + microphone + "%noloop"));
  }

  /// Firefox on an empty page.
  static Browser firefox() throws Exception {
    return Firefox.start();
  }

  /// Runs a script at the start of every page that is loaded from now on.
  void onEveryPage(String script) throws Exception;

  /// Navigates to a page, and waits until it is there.
  void open(URI address) throws Exception;

  /// Watches what the page does from now on, for [#problems].
  ///
  /// @param origin the only one that it may load from
  void watch(String origin) throws Exception;

  /// What went wrong since [#watch]: failed requests, requests to other servers, and everything in
  /// the page's log. Forgets them.
  List<String> problems();

  /// Sets the size of the page and, if the browser can do that, whether the user prefers a dark
  /// one.
  void look(int width, int height, boolean dark) throws Exception;

  /// A picture of what is visible of the page, as WebP.
  byte[] screenshot() throws Exception;

  /// Chooses files in a file field, as a user would.
  void choose(String selector, List<Path> files) throws Exception;

  /// Types into the element that has the focus.
  void type(String text) throws Exception;

  /// Evaluates an expression in the page; returns its value as a string.
  String evaluate(String expression) throws Exception;

  @Override
  void close() throws IOException;
}
