package parley.db;

import java.lang.reflect.Constructor;
import java.lang.reflect.Type;
import java.sql.Types;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.generic.GenericTypes;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.mapper.ColumnMapperFactory;
import parley.ids.TypedId;

/// Binds typed ids as UUIDs and reads UUID columns as typed ids.
final class TypedIds implements ArgumentFactory, ColumnMapperFactory {
  @Override
  public Optional<Argument> build(Type type, Object value, ConfigRegistry config) {
    if (value instanceof TypedId id) {
      return Optional.of(
          (position, statement, context) -> statement.setObject(position, id.value(), Types.OTHER));
    }
    return isTypedId(type)
        ? Optional.of((position, statement, context) -> statement.setNull(position, Types.OTHER))
        : Optional.empty();
  }

  @Override
  public Optional<ColumnMapper<?>> build(Type type, ConfigRegistry config) {
    return isTypedId(type)
        ? Optional.of(mapper(GenericTypes.getErasedType(type)))
        : Optional.empty();
  }

  private static boolean isTypedId(Type type) {
    return TypedId.class.isAssignableFrom(GenericTypes.getErasedType(type));
  }

  private static ColumnMapper<?> mapper(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(UUID.class);
      return (row, column, context) -> {
        UUID value = row.getObject(column, UUID.class);
        try {
          return value == null ? null : constructor.newInstance(value);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("cannot create a " + type, e);
        }
      };
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type + " is not a record of a single UUID", e);
    }
  }
}
