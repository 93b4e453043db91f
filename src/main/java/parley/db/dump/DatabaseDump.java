package parley.db.dump;

import java.util.List;

/// What a dump of the database contains. The rows of a table are in the file [Table#file()], in
/// PostgreSQL's text format of COPY, compressed with gzip. There is no file for a table without
/// rows.
///
/// @param schema the version of the schema that the rows were written under
public record DatabaseDump(String schema, List<Table> tables, List<Sequence> sequences) {
  /// A table and its columns, in the order of its file.
  public record Table(String name, List<String> columns, long rows) {
    /// The name of the file with its rows.
    public String file() {
      return DatabaseDump.file(name);
    }
  }

  static String file(String table) {
    return table + ".copy.gz";
  }

  /// A sequence and the last value that it returned.
  public record Sequence(String name, long last) {}

  /// How many rows there are in all tables.
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }
}
