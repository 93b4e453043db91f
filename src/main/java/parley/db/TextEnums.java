package parley.db;

import java.lang.reflect.Type;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.generic.GenericTypes;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.ColumnMapperFactory;
import parley.text.TextEnum;

/// Binds constants of a [TextEnum] as their text and reads them back.
final class TextEnums implements ArgumentFactory, ColumnMapperFactory {
  @Override
  public Optional<Argument> build(Type type, Object value, ConfigRegistry config) {
    return value instanceof TextEnum constant
        ? Optional.of(
            (position, statement, context) -> statement.setString(position, constant.text()))
        : Optional.empty();
  }

  @Override
  public Optional<ColumnMapper<?>> build(Type type, ConfigRegistry config) {
    Class<?> raw = GenericTypes.getErasedType(type);
    return raw.isEnum() && TextEnum.class.isAssignableFrom(raw)
        ? Optional.of((row, column, context) -> {
          String text = row.getString(column);
          return text == null ? null : constant(raw, text);
        })
        : Optional.empty();
  }

  private static Object constant(Class<?> type, String text) {
    return Stream.of(type.getEnumConstants())
        .filter(constant -> ((TextEnum) constant).text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(type + " has no constant " + text));
  }
}
