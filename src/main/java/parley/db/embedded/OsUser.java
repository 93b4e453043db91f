package parley.db.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The user of the operating system that PostgreSQL's processes run as. PostgreSQL refuses to run
/// as root; a server that was started by root hands it to another user.
record OsUser(long user, long group, boolean own) {
  private static final long ROOT = 0;

  /// Whom root hands PostgreSQL to, the first that exists: an account made for Parley; the one that
  /// PostgreSQL packages make; the one that owns nothing.
  private static final List<String> CANDIDATES = List.of("parley", "postgres", "nobody");

  /// The account for a cluster that does not exist yet.
  static OsUser forNewCluster() throws IOException {
    UnixSystem current = new UnixSystem();
    if (current.getUid() != ROOT) {
      return new OsUser(current.getUid(), current.getGid(), true);
    }
    for (String name : CANDIDATES) {
      Optional<Long> user = number("-u", name);
      Optional<Long> group = number("-g", name);
      if (user.isPresent() && group.isPresent() && user.get() != ROOT) {
        return new OsUser(user.get(), group.get(), false);
      }
    }
    throw new PostgresException(
        "PostgreSQL does not run as root, and none of the users "
            + String.join(", ", CANDIDATES)
            + " exists to run it; create a user named "
            + CANDIDATES.getFirst()
            + " or start Parley as an ordinary user");
  }

  /// The account that a cluster belongs to.
  static OsUser ownerOf(Path cluster) throws IOException {
    long user = number(cluster, "uid");
    long group = number(cluster, "gid");
    UnixSystem current = new UnixSystem();
    if (current.getUid() == ROOT && user != ROOT) {
      return new OsUser(user, group, false);
    }
    if (current.getUid() == user && user != ROOT) {
      return new OsUser(user, group, true);
    }
    throw new PostgresException(
        "The database in "
            + cluster
            + " belongs to the user with the number "
            + user
            + (user == ROOT
                ? ", as whom PostgreSQL does not run"
                : "; start as that user or root"));
  }

  private static long number(Path path, String attribute) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:" + attribute)).longValue();
  }

  private static Optional<Long> number(String option, String name) throws IOException {
    Programs.Outcome answer = Programs.run(List.of(required("id"), option, name), Path.of("/"));
    return answer.failed() ? Optional.empty() : Optional.of(Long.valueOf(answer.output()));
  }

  /// The command, run as this account. Standard input and output pass through.
  List<String> running(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>();
    if (!own) {
      whole.addAll(handover());
    }
    whole.addAll(command);
    return whole;
  }

  private List<String> handover() throws IOException {
    Optional<String> setpriv = Programs.find("setpriv");
    if (setpriv.isPresent()) {
      return List.of(
          setpriv.get(),
          "--reuid=" + user,
          "--regid=" + group,
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
      return List.of(sudo.get(), "-n", "-u", "#" + user, "--");
    }
    throw new PostgresException(
        "PostgreSQL does not run as root, and none of setpriv, runuser and sudo is installed to"
            + " run it as another user; install util-linux or start Parley as an ordinary user");
  }

  private String name() throws IOException {
    Programs.Outcome answer =
        Programs.run(List.of(required("id"), "-nu", Long.toString(user)), Path.of("/"));
    if (answer.failed()) {
      throw new PostgresException("The user with the number " + user + " has no name");
    }
    return answer.output();
  }

  private static String required(String program) {
    return Programs.find(program)
        .orElseThrow(() -> new PostgresException("the program " + program + " is not installed"));
  }

  /// Says whether nobody but root and the user of this process can change what is in the folder's
  /// place, as far as its owner tells.
  boolean trusts(Path folder) throws IOException {
    long owner = number(folder, "uid");
    return owner == ROOT || owner == new UnixSystem().getUid();
  }

  /// Says whether this account may enter the folder and all folders above it, going by their
  /// permissions.
  boolean reaches(Path folder) throws IOException {
    for (Path step = folder.toRealPath(); step != null; step = step.getParent()) {
      PosixFilePermission entering =
          number(step, "uid") == user
              ? PosixFilePermission.OWNER_EXECUTE
              : number(step, "gid") == group
                  ? PosixFilePermission.GROUP_EXECUTE
                  : PosixFilePermission.OTHERS_EXECUTE;
      if (!Files.getPosixFilePermissions(step).contains(entering)) {
        return false;
      }
    }
    return true;
  }

  /// Gives a file or folder to this account.
  void own(Path path) throws IOException {
    if (!own) {
      Files.setAttribute(path, "unix:gid", Math.toIntExact(group));
      Files.setAttribute(path, "unix:uid", Math.toIntExact(user));
    }
  }
}
