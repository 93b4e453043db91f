package parley.config;

import java.util.ArrayList;
import java.util.List;

/// Writes a configuration file that documents every key.
final class ConfigDocument {
  private static final int MAX_COLUMNS = 100;

  private static final String HEAD =
      """
      # The configuration of Parley: every key with its default.
      #
      # Pass a file like this to the server with --config; omitted keys keep their defaults. Each key
      # can also be set by an environment variable named after its section and key: port in [server]
      # is PARLEY_SERVER_PORT. The command line overrides the environment, which overrides the file.
      # Unknown keys and invalid values prevent the start; all of them are reported.
      """;

  private ConfigDocument() {}

  static String text() {
    StringBuilder document = new StringBuilder(HEAD);
    String section = "";
    for (SettingKey key : SettingKey.all()) {
      if (!key.section().equals(section)) {
        section = key.section();
        document.append("\n\n");
        comment(document, key.sectionText());
        document.append('[').append(section).append("]\n");
      }
      document.append('\n');
      comment(document, key.text() + key.range().map(range -> " (" + range + ")").orElse(""));
      document
          .append(key.name())
          .append(" = ")
          .append(key.isUnquoted() ? key.defaultValue() : quoted(key.defaultValue()))
          .append('\n');
    }
    return document.toString();
  }

  private static void comment(StringBuilder document, String text) {
    for (String line : wrapped(text)) {
      document.append("# ").append(line).append('\n');
    }
  }

  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > MAX_COLUMNS - "# ".length()) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
