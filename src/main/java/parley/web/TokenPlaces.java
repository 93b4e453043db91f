package parley.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the clients of a dialect put their token, besides `Authorization: Bearer`.
public enum TokenPlaces {
  /// `?token=` of a WebSocket, because browsers cannot set headers of WebSockets.
  PARLEY(Optional.empty(), Optional.empty(), ""),

  /// `Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.TOKEN`, as OpenAI's clients in
  /// browsers do.
  OPENAI(Optional.empty(), Optional.of("realtime"), "openai-insecure-api-key."),

  /// `Authorization: Token TOKEN`, or in browsers `Sec-WebSocket-Protocol: token, TOKEN`, as
  /// Deepgram's clients do.
  DEEPGRAM(Optional.of("Token"), Optional.of("token"), "");

  private final Optional<String> scheme;
  private final Optional<String> subprotocol;
  private final String tokenPrefix;

  TokenPlaces(Optional<String> scheme, Optional<String> subprotocol, String tokenPrefix) {
    this.scheme = scheme;
    this.subprotocol = subprotocol;
    this.tokenPrefix = tokenPrefix;
  }

  /// The schemes of the Authorization header; the first is the usual one.
  List<String> schemes() {
    return scheme.map(own -> List.of("Bearer", own)).orElse(List.of("Bearer"));
  }

  /// The subprotocols to accept. Browsers end a connection for which none of theirs is accepted.
  List<String> subprotocols() {
    return subprotocol.map(List::of).orElse(List.of());
  }

  /// The token of a WebSocket's handshake without an Authorization header.
  Optional<String> ofHandshake(HttpServletRequest request) {
    return Optional.ofNullable(request.getParameter("token")).or(() -> ofSubprotocols(request));
  }

  private Optional<String> ofSubprotocols(HttpServletRequest request) {
    if (subprotocol.isEmpty()) {
      return Optional.empty();
    }
    List<String> offered =
        Collections.list(request.getHeaders("Sec-WebSocket-Protocol")).stream()
            .flatMap(line -> Arrays.stream(line.split(",", -1)))
            .map(String::strip)
            .toList();
    int named = offered.indexOf(subprotocol.get());
    Stream<String> candidates =
        tokenPrefix.isEmpty() && named >= 0
            ? offered.stream().skip(named + 1L).limit(1)
            : offered.stream().filter(one -> one.startsWith(tokenPrefix));
    return candidates.map(one -> one.substring(tokenPrefix.length())).findFirst();
  }
}
