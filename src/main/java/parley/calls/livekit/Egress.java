package parley.calls.livekit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// LiveKit's egress, which records rooms, asked through LiveKit.
/// https://docs.livekit.io/reference/other/egress/api/
public final class Egress {
  /// LiveKit asks egress three times before it says that none is free, which takes it 21 to 24
  /// seconds, and longer when one answers and then does not:
  /// https://github.com/livekit/protocol/blob/main/rpc/egress_client.go
  private static final Duration TAKING = Duration.ofSeconds(90);

  /// LiveKit gives up on an egress that does not answer after three seconds.
  private static final Duration STOPPING = Duration.ofSeconds(12);

  private final Twirp twirp;
  private final LiveKitTokens tokens;
  private final LiveKitSettings settings;
  private final EgressOutput output;

  Egress(Twirp twirp, LiveKitTokens tokens, LiveKitSettings settings, EgressOutput output) {
    this.twirp = twirp;
    this.tokens = tokens;
    this.settings = settings;
    this.output = output;
  }

  /// What of a room is recorded. Without pictures egress needs no browser.
  public enum Tracks {
    AUDIO,
    VIDEO,
    BOTH
  }

  /// How the pictures of a room are recorded.
  ///
  /// @param layout as egress's templates are called
  /// @param width pixels
  /// @param height pixels
  /// @param videoKbps kilobits a second
  public record Look(String layout, int width, int height, int videoKbps) {
    /// https://docs.livekit.io/reference/other/egress/api/#encodingoptions
    Map<String, Object> encoding() {
      return Map.of("width", width, "height", height, "framerate", 30, "video_bitrate", videoKbps);
    }
  }

  /// Has a room recorded to a file; returns once an egress has taken it, which may take LiveKit
  /// more than a minute.
  ///
  /// @param look of no meaning for sound alone
  /// @param file its name, relative to where recordings are put
  /// @throws TwirpProblem when no egress takes it
  public EgressInfo record(String room, Tracks tracks, Look look, String file)
      throws LiveKitUnreachable, TwirpProblem {
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("file_type", "MP4");
    target.put("filepath", output.file(file));
    // The file tells all there is to know.
    target.put("disable_manifest", true);
    target.putAll(output.place());
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("room_name", room);
    request.put("file_outputs", List.of(target));
    if (tracks == Tracks.AUDIO) {
      request.put("audio_only", true);
    } else {
      request.put("layout", look.layout());
      request.put("advanced", look.encoding());
      request.put("video_only", tracks == Tracks.VIDEO);
    }
    return EgressInfo.of(
        twirp.ask(
            "livekit.Egress/StartRoomCompositeEgress", tokens.forService(room), request, TAKING));
  }

  /// Has a recording ended; what is written by then is put in its place afterwards.
  ///
  /// @throws TwirpProblem when it has ended already, or no egress answers
  public EgressInfo stop(String id) throws LiveKitUnreachable, TwirpProblem {
    return EgressInfo.of(
        twirp.ask(
            "livekit.Egress/StopEgress", tokens.forService(""), Map.of("egress_id", id), STOPPING));
  }

  /// A recording by its id; empty when LiveKit knows none.
  public Optional<EgressInfo> find(String id) throws LiveKitUnreachable {
    return list(Map.of("egress_id", id)).stream().filter(info -> info.id().equals(id)).findAny();
  }

  /// All recordings of a room that LiveKit knows.
  public List<EgressInfo> list(String room) throws LiveKitUnreachable {
    return list(Map.of("room_name", room));
  }

  /// The recording of a room into this file; empty when LiveKit knows none.
  public Optional<EgressInfo> find(String room, String file) throws LiveKitUnreachable {
    return list(room).stream().filter(info -> isInto(info, file)).findAny();
  }

  /// Whether a recording is into this file.
  public boolean isInto(EgressInfo info, String file) {
    return info.files().contains(output.file(file));
  }

  private List<EgressInfo> list(Map<String, String> which) throws LiveKitUnreachable {
    try {
      JsonNode answer =
          twirp.ask(
              "livekit.Egress/ListEgress", tokens.forService(""), which, settings.answering());
      return StreamSupport.stream(answer.path("items").spliterator(), false)
          .map(EgressInfo::of)
          .toList();
    } catch (TwirpProblem problem) {
      if (problem.isNotFound()) {
        return List.of();
      }
      throw new LiveKitUnreachable(
          settings + " does not list recordings: " + problem.getMessage(), true, problem);
    }
  }
}
