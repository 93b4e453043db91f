package parley.db.dump;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import parley.db.Database;

/// Loads a dump into an empty database, under the schema it was written with, and then migrates.
public final class DumpReader {
  private final Input input;

  /// Where the files of a dump are.
  public interface Input {
    /// The file of this name; the caller closes the stream.
    InputStream open(String name) throws IOException;
  }

  public DumpReader(Input input) {
    this.input = input;
  }

  /// Checks that a dump can be loaded into the database, without changing it.
  ///
  /// @throws IOException with a message for the operator if the database is not empty, or its user
  ///   may not load rows without their triggers
  public static void requireLoadable(Database database) throws IOException {
    long tables = database.inTransaction(DumpReader::tables);
    if (tables > 0) {
      throw new IOException(
          "the database is not empty: it has %d tables; a backup is restored into an empty one"
              .formatted(tables));
    }
    if (!database.inTransaction(DumpReader::mayDisableTriggers)) {
      throw new IOException(
          "the database's user may not set session_replication_role; restore as a superuser");
    }
  }

  private static long tables(Handle transaction) {
    return transaction
        .createQuery(
            """
            select count(*) from pg_class
            where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
            """)
        .mapTo(long.class)
        .one();
  }

  private static boolean mayDisableTriggers(Handle transaction) {
    return transaction
        .createQuery("select has_parameter_privilege('session_replication_role', 'set')")
        .mapTo(boolean.class)
        .one();
  }

  /// Loads all rows in one transaction and migrates to this program's schema.
  ///
  /// @throws IOException if the database is not empty or the dump cannot be read
  public void load(DatabaseDump dump, Database database) throws IOException {
    requireLoadable(database);
    database.migrateTo(dump.schema());
    try {
      database.useTransaction(transaction -> {
        // Neither foreign keys, which would require an order, nor the triggers of append-only
        // tables
        // apply to rows that have already passed them.
        transaction.execute("set local session_replication_role = replica");
        removeSeeds(transaction, dump.tables());
        dump.tables().forEach(table -> copy(transaction, table));
        dump.sequences().forEach(sequence -> set(transaction, sequence));
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    database.migrate();
  }

  /// Removes the rows that migrations have inserted; the dump has them.
  private static void removeSeeds(Handle transaction, List<DatabaseDump.Table> tables) {
    transaction.execute(
        "truncate "
            + tables.stream().map(DatabaseDump.Table::name).collect(Collectors.joining(", ")));
  }

  private void copy(Handle transaction, DatabaseDump.Table table) {
    if (table.rows() == 0) {
      return;
    }
    try (InputStream file = new GZIPInputStream(input.open(table.file()))) {
      long rows =
          transaction
              .getConnection()
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(
                  "copy %s (%s) from stdin"
                      .formatted(table.name(), String.join(", ", table.columns())),
                  file);
      if (rows != table.rows()) {
        throw new IOException(
            "%s has %d rows instead of %d".formatted(table.file(), rows, table.rows()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(table.name() + ": " + e.getMessage(), e));
    }
  }

  private static void set(Handle transaction, DatabaseDump.Sequence sequence) {
    transaction
        .createQuery("select setval(:name::regclass, :last)")
        .bindMap(Map.of("name", sequence.name(), "last", sequence.last()))
        .mapTo(long.class)
        .one();
  }
}
