package parley.config;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// Reads the configuration. The command line takes precedence over the environment, the environment
/// over the file, and the file over the defaults.
public final class ConfigReader {
  /// The prefix of Parley's environment variables.
  static final String VARIABLE_PREFIX = "PARLEY_";

  /// Variables that only the launcher script reads.
  private static final Set<String> LAUNCHER_VARIABLES =
      Set.of("PARLEY_JAVA_OPTS", "PARLEY_JAVA_HOME");

  /// A value from the command line.
  ///
  /// @param option as the operator wrote it, such as `--port`
  /// @param key the key that it sets, such as `server.port`
  public record Flag(String option, String key, String value) {}

  /// A feature's constraint on a key that depends on other keys.
  ///
  /// @param key the key to report, such as `scanner.addresses`
  /// @param check throws an IllegalArgumentException whose message continues after the key: "must
  ///   …"
  public record Rule(String key, Consumer<Config> check) {}

  private final Map<String, SettingKey> keys = new TreeMap<>();
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> sources = new HashMap<>();
  private final List<String> faults = new ArrayList<>();

  private ConfigReader() {
    for (SettingKey key : SettingKey.all()) {
      keys.put(key.path(), key);
      values.put(key.path(), key.parse(key.defaultValue()));
    }
  }

  /// Like [#read(Optional, Map, List, List)] without rules.
  public static Config read(
      Optional<Path> file, Map<String, String> environment, List<Flag> flags) {
    return read(file, environment, flags, List.of());
  }

  /// Reads and validates the configuration.
  ///
  /// @param file a TOML file, which must exist
  /// @param environment all variables of the process; those of other programs are ignored
  /// @param rules constraints beyond the range of each key
  /// @throws ConfigException with all errors when a key is unknown, a value is invalid or a rule is
  ///   violated
  public static Config read(
      Optional<Path> file, Map<String, String> environment, List<Flag> flags, List<Rule> rules) {
    ConfigReader reader = new ConfigReader();
    file.ifPresent(reader::readFile);
    reader.readEnvironment(environment);
    reader.readFlags(flags);
    // Also checked after errors, to report everything at once; an invalid key has its default here.
    Config config = reader.config();
    rules.forEach(rule -> reader.check(rule, config));
    if (!reader.faults.isEmpty()) {
      throw new ConfigException(reader.faults);
    }
    return config;
  }

  private void check(Rule rule, Config config) {
    try {
      rule.check.accept(config);
    } catch (IllegalArgumentException unmet) {
      String source = sources.get(rule.key);
      faults.add((source == null ? "" : source + ": ") + rule.key + " " + unmet.getMessage());
    }
  }

  private void readFile(Path file) {
    JsonNode root;
    try {
      root = TomlMapper.shared().readTree(Files.readString(file));
    } catch (NoSuchFileException _) {
      faults.add(file + ": no such file");
      return;
    } catch (IOException unreadable) {
      faults.add(file + ": cannot be read: " + unreadable);
      return;
    } catch (JacksonException malformed) {
      TokenStreamLocation location = malformed.getLocation();
      String line = location == null ? "" : "line " + location.getLineNr() + ": ";
      faults.add(file + ": " + line + "is not valid TOML: " + malformed.getOriginalMessage());
      return;
    }
    for (Map.Entry<String, JsonNode> section : root.properties()) {
      if (!section.getValue().isObject()) {
        unknown(file.toString(), section.getKey());
        continue;
      }
      if (keys.values().stream().noneMatch(key -> key.section().equals(section.getKey()))) {
        faults.add(
            file
                + ": unknown section ["
                + section.getKey()
                + "]"
                + suggestion(
                    section.getKey(), keys.values().stream().map(SettingKey::section).toList()));
        continue;
      }
      section
          .getValue()
          .properties()
          .forEach(entry ->
              readNode(file.toString(), section.getKey() + "." + entry.getKey(), entry.getValue()));
    }
  }

  private void readNode(String source, String path, JsonNode node) {
    SettingKey key = keys.get(path);
    if (key == null) {
      unknown(source, path);
    } else if (key.isNumber() && !node.isIntegralNumber()) {
      refuse(source, key, "must be a whole number without quotes");
    } else if (key.isBoolean() && !node.isBoolean()) {
      refuse(source, key, "must be true or false without quotes");
    } else if (!key.isUnquoted() && !node.isString()) {
      refuse(source, key, "must be a string in quotes");
    } else {
      set(source, key, node.asString());
    }
  }

  private void readEnvironment(Map<String, String> environment) {
    Map<String, SettingKey> variables = new TreeMap<>();
    keys.values().forEach(key -> variables.put(key.variable(), key));
    new TreeMap<>(environment)
        .forEach((variable, value) -> {
          SettingKey key = variables.get(variable);
          if (key != null) {
            set("environment variable " + variable, key, value);
          } else if (variable.startsWith(VARIABLE_PREFIX)
              && !LAUNCHER_VARIABLES.contains(variable)) {
            faults.add(
                "unknown environment variable "
                    + variable
                    + suggestion(variable, List.copyOf(variables.keySet())));
          }
        });
  }

  private void readFlags(List<Flag> flags) {
    for (Flag flag : flags) {
      SettingKey key = keys.get(flag.key());
      if (key == null) {
        throw new IllegalArgumentException("an option sets the unknown key " + flag.key());
      }
      set("option " + flag.option(), key, flag.value());
    }
  }

  private void set(String source, SettingKey key, String value) {
    try {
      values.put(key.path(), key.parse(value));
      sources.put(key.path(), source);
    } catch (IllegalArgumentException unfit) {
      String shown = key.confidential() ? "" : ", not \"" + value + "\"";
      refuse(source, key, unfit.getMessage() + shown);
    }
  }

  private void refuse(String source, SettingKey key, String rule) {
    faults.add(source + ": " + key.path() + " " + rule);
  }

  private void unknown(String source, String path) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    String elsewhere =
        keys.values().stream()
            .filter(key -> key.name().equals(name))
            .findFirst()
            .map(SettingKey::path)
            .orElse(path);
    faults.add(
        source + ": unknown key " + path + suggestion(elsewhere, List.copyOf(keys.keySet())));
  }

  private static String suggestion(String name, List<String> known) {
    return NearestName.of(name, known).map(nearest -> "; did you mean " + nearest + "?").orElse("");
  }

  private Config config() {
    Deque<Object> sections = new ArrayDeque<>();
    for (RecordComponent section : Config.class.getRecordComponents()) {
      List<SettingKey> own =
          SettingKey.all().stream().filter(key -> key.section().equals(section.getName())).toList();
      sections.add(
          instance(section.getType(), own.stream().map(key -> values.get(key.path())).toArray()));
    }
    return (Config) instance(Config.class, sections.toArray());
  }

  private static Object instance(Class<?> record, Object[] components) {
    Class<?>[] types =
        Arrays.stream(record.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = record.getDeclaredConstructor(types);
      return canonical.newInstance(components);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("a section of Config is not a plain record", impossible);
    }
  }
}
