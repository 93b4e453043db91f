package parley.web;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import parley.problem.Dialect;

/// Finds the route of a request in a tree of path segments, in which literal segments take
/// precedence over parameters.
public final class Router {
  /// A route and its path parameters, percent-decoded.
  public record Match(Route route, Map<String, String> parameters) {}

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    @Nullable Node parameter;
    final Map<String, Route> routes = new TreeMap<>();

    /// The dialects of all routes in this subtree.
    final Set<Dialect> dialects = EnumSet.noneOf(Dialect.class);
  }

  private final Node root = new Node();
  private final List<Route> routes;

  /// @throws IllegalArgumentException for two routes with the same method and path
  public Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
    routes.forEach(this::add);
  }

  public List<Route> routes() {
    return routes;
  }

  /// The route for a method and a decoded path. HEAD uses the route of GET.
  public Optional<Match> find(String method, String path) {
    Node node = node(path).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    Route route = node.routes.get(method);
    if (route == null && method.equals("HEAD")) {
      route = node.routes.get("GET");
    }
    return Optional.ofNullable(route).map(found -> new Match(found, parameters(found, path)));
  }

  /// The methods that a path supports; empty if it is unknown.
  public Set<String> methods(String path) {
    Set<String> methods =
        new TreeSet<>(node(path).map(node -> node.routes.keySet()).orElse(Set.of()));
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }

  /// The dialect of errors for a path, which need not exist: that of all routes below its longest
  /// known prefix, or WAVE if they differ.
  public Dialect dialect(String path) {
    Node node = root;
    for (String segment : path.isEmpty() ? new String[0] : segments(path)) {
      Node next = node.literals.getOrDefault(segment, node.parameter);
      if (next == null) {
        break;
      }
      node = next;
    }
    return node.dialects.size() == 1 ? node.dialects.iterator().next() : Dialect.WAVE;
  }

  private void add(Route route) {
    Node node = root;
    for (String segment : segments(route.template())) {
      if (segment.startsWith("{")) {
        if (node.parameter == null) {
          node.parameter = new Node();
        }
        node = node.parameter;
      } else {
        node = node.literals.computeIfAbsent(segment, s -> new Node());
      }
      node.dialects.add(route.dialect());
    }
    if (node.routes.putIfAbsent(route.method(), route) != null) {
      throw new IllegalArgumentException(
          "two routes for " + route.method() + " " + route.template());
    }
  }

  private Optional<Node> node(String path) {
    return path.startsWith("/") ? descend(root, segments(path), 0) : Optional.empty();
  }

  private static Optional<Node> descend(Node node, String[] segments, int depth) {
    if (depth == segments.length) {
      return node.routes.isEmpty() ? Optional.empty() : Optional.of(node);
    }
    Node literal = node.literals.get(segments[depth]);
    Optional<Node> found =
        literal == null ? Optional.empty() : descend(literal, segments, depth + 1);
    if (found.isPresent() || node.parameter == null || segments[depth].isEmpty()) {
      return found;
    }
    return descend(node.parameter, segments, depth + 1);
  }

  private static Map<String, String> parameters(Route route, String path) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String[] names = segments(route.template());
    String[] values = segments(path);
    for (int i = 0; i < names.length; i++) {
      if (names[i].startsWith("{")) {
        parameters.put(names[i].substring(1, names[i].length() - 1), values[i]);
      }
    }
    return parameters;
  }

  private static String[] segments(String path) {
    return path.substring(1).split("/", -1);
  }
}
