package parley.db.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The operating system user that runs PostgreSQL. PostgreSQL refuses to run as root, so a server
/// that was started by root runs it as another user.
///
/// @param current whether this process runs as that user
record OsUser(long uid, long gid, boolean current) {
  private static final long ROOT = 0;

  /// The users that root may run PostgreSQL as, in order of preference: one created for Parley, the
  /// one that PostgreSQL packages create, the one that owns no files.
  private static final List<String> CANDIDATES = List.of("parley", "postgres", "nobody");

  /// Returns the user for a new cluster.
  static OsUser forNewCluster() throws IOException {
    UnixSystem process = new UnixSystem();
    if (process.getUid() != ROOT) {
      return new OsUser(process.getUid(), process.getGid(), true);
    }
    for (String name : CANDIDATES) {
      Optional<Long> uid = id("-u", name).map(Long::valueOf);
      Optional<Long> gid = id("-g", name).map(Long::valueOf);
      if (uid.isPresent() && gid.isPresent() && uid.get() != ROOT) {
        return new OsUser(uid.get(), gid.get(), false);
      }
    }
    throw new PostgresException(
        "PostgreSQL refuses to run as root, and none of the users %s exists; create the user %s or start Parley as an ordinary user"
            .formatted(String.join(", ", CANDIDATES), CANDIDATES.getFirst()));
  }

  /// Returns the owner of an existing cluster.
  static OsUser ownerOf(Path cluster) throws IOException {
    long uid = attribute(cluster, "uid");
    long process = new UnixSystem().getUid();
    if (uid != ROOT && (process == ROOT || process == uid)) {
      return new OsUser(uid, attribute(cluster, "gid"), process == uid);
    }
    throw new PostgresException(
        "The database in %s belongs to the user with the id %d%s"
            .formatted(
                cluster,
                uid,
                uid == ROOT
                    ? ", and PostgreSQL refuses to run as root"
                    : "; start Parley as that user or as root"));
  }

  private static long attribute(Path path, String name) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:" + name)).longValue();
  }

  private static Optional<String> id(String option, String user) throws IOException {
    Programs.Outcome id = Programs.run(List.of(required("id"), option, user), Path.of("/"));
    return id.failed() ? Optional.empty() : Optional.of(id.output());
  }

  /// Returns the command line that runs a command as this user, with standard input and output
  /// inherited.
  List<String> command(List<String> command) throws IOException {
    if (current) {
      return command;
    }
    List<String> whole = new ArrayList<>(switchUser());
    whole.addAll(command);
    return whole;
  }

  private List<String> switchUser() throws IOException {
    Optional<String> setpriv = Programs.find("setpriv");
    if (setpriv.isPresent()) {
      return List.of(
          setpriv.get(),
          "--reuid=" + uid,
          "--regid=" + gid,
          "--clear-groups",
          "--inh-caps=-all",
          "--no-new-privs");
    }
    Optional<String> runuser = Programs.find("runuser");
    if (runuser.isPresent()) {
      return List.of(runuser.get(), "-u", name(), "--");
    }
    Optional<String> sudo = Programs.find("sudo");
    if (sudo.isPresent()) {
      return List.of(sudo.get(), "-n", "-u", "#" + uid, "--");
    }
    throw new PostgresException(
        "PostgreSQL refuses to run as root, and none of setpriv, runuser and sudo is installed to run"
            + " it as another user; install util-linux or start Parley as an ordinary user");
  }

  private String name() throws IOException {
    return id("-nu", Long.toString(uid))
        .orElseThrow(() -> new PostgresException("The user with the id " + uid + " has no name"));
  }

  private static String required(String program) {
    return Programs.find(program)
        .orElseThrow(() -> new PostgresException("the program " + program + " is not installed"));
  }

  /// Whether the directory belongs to root or to the user of this process.
  boolean trusts(Path directory) throws IOException {
    long owner = attribute(directory, "uid");
    return owner == ROOT || owner == new UnixSystem().getUid();
  }

  /// Whether the permissions of the directory and of all its parents let this user enter it.
  boolean canEnter(Path directory) throws IOException {
    for (Path step = directory.toRealPath(); step != null; step = step.getParent()) {
      PosixFilePermission needed =
          attribute(step, "uid") == uid
              ? PosixFilePermission.OWNER_EXECUTE
              : attribute(step, "gid") == gid
                  ? PosixFilePermission.GROUP_EXECUTE
                  : PosixFilePermission.OTHERS_EXECUTE;
      if (!Files.getPosixFilePermissions(step).contains(needed)) {
        return false;
      }
    }
    return true;
  }

  /// Makes this user the owner of a file or directory.
  void own(Path path) throws IOException {
    if (!current) {
      Files.setAttribute(path, "unix:gid", Math.toIntExact(gid));
      Files.setAttribute(path, "unix:uid", Math.toIntExact(uid));
    }
  }
}
