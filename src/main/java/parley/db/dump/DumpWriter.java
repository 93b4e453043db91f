package parley.db.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import parley.db.Migrations;

/// Writes all rows as of one moment, while others go on reading and writing.
///
/// A logical copy rather than one of PostgreSQL's files: it is small, it can be restored under
/// another major version of PostgreSQL and on another processor, and the embedded PostgreSQL comes
/// without `pg_dump` and `pg_basebackup`.
public final class DumpWriter {
  /// Flyway's own table, which migrating fills.
  private static final String HISTORY = "flyway_schema_history";

  private final Handle transaction;
  private final Output output;

  /// Where the files of a dump go.
  public interface Output {
    /// A new file of this name; the caller closes the stream.
    OutputStream create(String name) throws IOException;
  }

  /// Makes the transaction see the state of this moment until it ends.
  ///
  /// @param transaction a new one
  public DumpWriter(Handle transaction, Output output) {
    this.transaction = transaction;
    this.output = output;
    transaction.execute("set transaction isolation level repeatable read, read only");
  }

  /// Writes the dump; what the transaction reads afterwards is of the same moment.
  ///
  /// @throws UncheckedIOException when a file cannot be written
  public DatabaseDump write() {
    String schema =
        Migrations.applied(transaction)
            .orElseThrow(() ->
                new UncheckedIOException(
                    new IOException("the database is empty: no server has used it yet")));
    return new DatabaseDump(schema, names().stream().map(this::table).toList(), sequences());
  }

  private DatabaseDump.Table table(String name) {
    List<String> columns =
        transaction
            .createQuery(
                """
                select quote_ident(attname) from pg_attribute
                where attrelid = :table::regclass and attnum > 0 and not attisdropped
                  and attgenerated = ''
                order by attnum
                """)
            .bind("table", name)
            .mapTo(String.class)
            .list();
    return new DatabaseDump.Table(name, columns, isEmpty(name) ? 0 : copy(name, columns));
  }

  private List<String> names() {
    return transaction
        .createQuery(
            """
            select tablename from pg_tables
            where schemaname = current_schema() and tablename <> :history order by tablename
            """)
        .bind("history", HISTORY)
        .mapTo(String.class)
        .list();
  }

  private boolean isEmpty(String table) {
    return transaction
        .createQuery("select not exists (select 1 from %s)".formatted(table))
        .mapTo(boolean.class)
        .one();
  }

  private long copy(String table, List<String> columns) {
    try (OutputStream file = new GZIPOutputStream(output.create(DatabaseDump.file(table)))) {
      return transaction
          .getConnection()
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut("copy %s (%s) to stdout".formatted(table, String.join(", ", columns)), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(table + ": " + e.getMessage(), e));
    }
  }

  private List<DatabaseDump.Sequence> sequences() {
    return transaction
        .createQuery(
            """
            select sequencename as name, last_value as last from pg_sequences
            where schemaname = current_schema() and last_value is not null order by sequencename
            """)
        .mapTo(DatabaseDump.Sequence.class)
        .list();
  }
}
