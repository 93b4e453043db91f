package parley.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One key of the configuration, as declared by its record component.
///
/// @param type of the value, without [Optional]
record SettingKey(
    String section,
    String sectionText,
    String name,
    Setting setting,
    Class<?> type,
    boolean optional) {
  private static final List<SettingKey> ALL = declared();

  private static final Map<Class<?>, Function<String, Object>> PARSERS =
      Map.of(
          boolean.class, SettingKey::bool,
          String.class, value -> value,
          Secret.class, Secret::new,
          JdbcUrl.class, JdbcUrl::new,
          Path.class, SettingKey::path,
          URI.class, SettingKey::webAddress,
          Roles.class, Roles::parse,
          Origins.class, Origins::parse);

  /// Returns all keys, in the order of the record components.
  static List<SettingKey> all() {
    return ALL;
  }

  private static List<SettingKey> declared() {
    List<SettingKey> keys = new ArrayList<>();
    for (RecordComponent section : Config.class.getRecordComponents()) {
      for (RecordComponent component : section.getType().getRecordComponents()) {
        keys.add(declared(section, component));
      }
    }
    return List.copyOf(keys);
  }

  private static SettingKey declared(RecordComponent section, RecordComponent component) {
    boolean optional = component.getType() == Optional.class;
    Class<?> type = optional ? argument(component.getGenericType()) : component.getType();
    return new SettingKey(
        snakeCase(section.getName()),
        section.getAnnotation(Setting.class).value(),
        snakeCase(component.getName()) + (type == Duration.class ? "_seconds" : ""),
        component.getAnnotation(Setting.class),
        type,
        optional);
  }

  private static Class<?> argument(Type optional) {
    return (Class<?>) ((ParameterizedType) optional).getActualTypeArguments()[0];
  }

  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /// Returns section and name, such as `server.port`.
  String path() {
    return section + "." + name;
  }

  /// Returns the environment variable, such as `PARLEY_SERVER_PORT`.
  String variable() {
    return ConfigReader.VARIABLE_PREFIX + path().replace('.', '_').toUpperCase(Locale.ROOT);
  }

  String text() {
    return setting.value();
  }

  String defaultValue() {
    return setting.defaultValue();
  }

  /// Whether TOML writes the value without quotes.
  boolean isUnquoted() {
    return isNumber() || isBoolean();
  }

  boolean isNumber() {
    return type == int.class || type == long.class || type == Duration.class;
  }

  boolean isBoolean() {
    return type == boolean.class;
  }

  /// Whether an invalid value must not be printed, because it may contain a password.
  boolean confidential() {
    return type == Secret.class || type == JdbcUrl.class;
  }

  /// Returns the range of a number, in words; empty if it is unlimited.
  Optional<String> range() {
    long[] range = setting.range();
    return switch (range.length) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of("at least " + range[0]);
      default -> Optional.of(range[0] + " to " + range[1]);
    };
  }

  /// @throws IllegalArgumentException if the value is invalid, with the rule that it breaks
  Object parse(String value) {
    if (!optional) {
      return present(value);
    }
    return value.isEmpty() ? Optional.empty() : Optional.of(present(value));
  }

  private Object present(String value) {
    if (type == int.class) {
      return Math.toIntExact(whole(value, Integer.MAX_VALUE));
    } else if (type == long.class) {
      return whole(value, Long.MAX_VALUE);
    } else if (type == Duration.class) {
      return Duration.ofSeconds(whole(value, Integer.MAX_VALUE));
    } else if (type.isEnum()) {
      return constant(value);
    }
    Function<String, Object> parser = PARSERS.get(type);
    if (parser == null) {
      throw new IllegalStateException(path() + " has a type without a parser: " + type);
    }
    return parser.apply(value);
  }

  private static boolean bool(String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private long whole(String value, long max) {
    long number;
    try {
      number = Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "must be a whole number" + range().map(text -> ", " + text).orElse(""));
    }
    long[] range = setting.range();
    if ((range.length > 0 && number < range[0]) || (range.length > 1 && number > range[1])) {
      throw new IllegalArgumentException("must be " + range().orElseThrow());
    }
    if (number > max) {
      throw new IllegalArgumentException("must be at most " + max);
    }
    return number;
  }

  private static Path path(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("must be the path of a file or directory");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException _) {
      throw new IllegalArgumentException("must be the path of a file or directory");
    }
  }

  private static URI webAddress(String value) {
    try {
      URI address = new URI(value);
      String scheme = String.valueOf(address.getScheme());
      if ((scheme.equals("http") || scheme.equals("https"))
          && address.getHost() != null
          && address.getRawUserInfo() == null
          && address.getRawQuery() == null
          && address.getRawFragment() == null) {
        return address;
      }
    } catch (URISyntaxException _) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "must be an http or https URL without user, query and fragment, such as https://parley.example.org");
  }

  private Object constant(String value) {
    for (Object constant : type.getEnumConstants()) {
      if (word(constant).equals(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        Arrays.stream(type.getEnumConstants())
            .map(SettingKey::word)
            .collect(Collectors.joining(" or ", "must be ", "")));
  }

  static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }
}
