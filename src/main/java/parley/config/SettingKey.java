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
import java.util.Optional;
import java.util.stream.Collectors;

/// One key of the configuration, as its record component declares it: its names, its text and how a
/// value of it is read.
final class SettingKey {
  private static final List<SettingKey> ALL = declared();

  private final String section;
  private final String sectionText;
  private final String name;
  private final Setting setting;
  private final Class<?> type;
  private final boolean optional;

  private SettingKey(RecordComponent section, RecordComponent component) {
    this.section = snakeCase(section.getName());
    this.sectionText = section.getAnnotation(Setting.class).value();
    this.setting = component.getAnnotation(Setting.class);
    this.optional = component.getType() == Optional.class;
    this.type = optional ? argument(component.getGenericType()) : component.getType();
    this.name = snakeCase(component.getName()) + (type == Duration.class ? "_seconds" : "");
  }

  /// All keys, in the order of the record components.
  static List<SettingKey> all() {
    return ALL;
  }

  private static List<SettingKey> declared() {
    List<SettingKey> keys = new ArrayList<>();
    for (RecordComponent section : Config.class.getRecordComponents()) {
      for (RecordComponent component : section.getType().getRecordComponents()) {
        keys.add(new SettingKey(section, component));
      }
    }
    return List.copyOf(keys);
  }

  private static Class<?> argument(Type optional) {
    return (Class<?>) ((ParameterizedType) optional).getActualTypeArguments()[0];
  }

  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  String section() {
    return section;
  }

  String sectionText() {
    return sectionText;
  }

  String name() {
    return name;
  }

  /// Section and name, as in `server.port`.
  String path() {
    return section + "." + name;
  }

  /// The environment variable that sets it, as in `PARLEY_SERVER_PORT`.
  String variable() {
    return ConfigReader.VARIABLE_PREFIX + path().replace('.', '_').toUpperCase(Locale.ROOT);
  }

  String text() {
    return setting.value();
  }

  String byDefault() {
    return setting.byDefault();
  }

  /// Says whether TOML writes the value without quotes.
  boolean bare() {
    return number() || type == boolean.class;
  }

  boolean number() {
    return type == int.class || type == long.class || type == Duration.class;
  }

  boolean truth() {
    return type == boolean.class;
  }

  /// Says whether a refused value must not be shown: people paste addresses with passwords in them.
  boolean confidential() {
    return type == Secret.class || type == JdbcUrl.class;
  }

  /// The numbers allowed, in words; empty when any will do.
  Optional<String> range() {
    if (setting.least() == Long.MIN_VALUE && setting.most() == Long.MAX_VALUE) {
      return Optional.empty();
    }
    if (setting.most() == Long.MAX_VALUE) {
      return Optional.of("at least " + setting.least());
    }
    return Optional.of(setting.least() + " to " + setting.most());
  }

  /// Reads a value.
  ///
  /// @throws IllegalArgumentException when it does not fit, saying what would
  Object read(String value) {
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
    } else if (type == boolean.class) {
      return switch (value) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("must be true or false");
      };
    } else if (type == String.class) {
      return value;
    } else if (type == Secret.class) {
      return new Secret(value);
    } else if (type == JdbcUrl.class) {
      return new JdbcUrl(value);
    } else if (type == Path.class) {
      return path(value);
    } else if (type == URI.class) {
      return webAddress(value);
    } else if (type == Roles.class) {
      return Roles.parse(value);
    } else if (type == Origins.class) {
      return Origins.parse(value);
    } else if (type.isEnum()) {
      return constant(value);
    }
    throw new IllegalStateException(path() + " has a type no value can be read for: " + type);
  }

  private long whole(String value, long most) {
    long number;
    try {
      number = Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "must be a whole number" + range().map(range -> ", " + range).orElse(""));
    }
    if (number < setting.least() || number > setting.most()) {
      throw new IllegalArgumentException("must be " + range().orElseThrow());
    }
    if (number > most) {
      throw new IllegalArgumentException("must be at most " + most);
    }
    return number;
  }

  private static Path path(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("must name a file or folder");
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException _) {
      throw new IllegalArgumentException("must name a file or folder");
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
      // Told below, in the words of the rule.
    }
    throw new IllegalArgumentException(
        "must be an http or https address of a host, as in https://parley.example.org");
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
