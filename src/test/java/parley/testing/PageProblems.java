package parley.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What went wrong in a page that may load from one origin.
final class PageProblems {
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private volatile String origin = "";

  void watch(String only) {
    origin = only;
  }

  void add(String problem) {
    problems.add(problem);
  }

  void asked(String url) {
    if (!url.startsWith(origin) && !url.startsWith("blob:") && !url.startsWith("data:")) {
      add("asked another server: " + url);
    }
  }

  void answered(String url, int status) {
    if (status >= 400) {
      add(status + " " + url);
    }
  }

  /// Returns them and forgets them.
  List<String> take() {
    List<String> taken = new ArrayList<>();
    for (String next = problems.poll(); next != null; next = problems.poll()) {
      taken.add(next);
    }
    return taken;
  }
}
