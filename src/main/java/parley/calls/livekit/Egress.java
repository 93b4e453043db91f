package parley.calls.livekit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import parley.calls.livekit.EgressOutput.S3Target;
import tools.jackson.databind.JsonNode;

/// A client for LiveKit's egress service, which records rooms.
/// https://docs.livekit.io/reference/other/egress/api/
public final class Egress {
  /// LiveKit asks all egresses three times before it reports that none is free. That takes 21 to 24
  /// seconds, and longer if one accepts and then fails:
  /// https://github.com/livekit/protocol/blob/main/rpc/egress_client.go
  private static final Duration STARTING = Duration.ofSeconds(90);

  /// LiveKit gives up on an unresponsive egress after three seconds.
  private static final Duration STOPPING = Duration.ofSeconds(12);

  private static final int FRAMES_PER_SECOND = 30;

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

  /// Which media of a room are recorded. Without video, egress needs no browser.
  public enum Tracks {
    AUDIO,
    VIDEO,
    BOTH
  }

  /// How the video of a room is recorded.
  ///
  /// @param layout the name of one of egress's templates
  /// @param width pixels
  /// @param height pixels
  /// @param kbps kilobits per second
  public record Video(String layout, int width, int height, int kbps) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record RoomCompositeRequest(
      String roomName,
      @Nullable String layout,
      boolean audioOnly,
      boolean videoOnly,
      @Nullable EncodingOptions advanced,
      List<FileOutput> fileOutputs) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record ParticipantRequest(
      String roomName,
      String identity,
      @Nullable EncodingOptions advanced,
      List<FileOutput> fileOutputs) {}

  /// https://docs.livekit.io/reference/other/egress/api/#encodingoptions
  private record EncodingOptions(int width, int height, int framerate, int videoBitrate) {}

  /// @param disableManifest suppresses a second file that describes the first
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record FileOutput(
      String fileType, String filepath, boolean disableManifest, @Nullable S3Target s3) {}

  /// Records a room to a file; returns once an egress has accepted it, which may take LiveKit more
  /// than a minute.
  ///
  /// @param video ignored for audio only
  /// @param file its name, relative to the delivery location
  /// @throws TwirpProblem if no egress accepts it
  public EgressInfo record(String room, Tracks tracks, Video video, String file)
      throws LiveKitUnreachable, TwirpProblem {
    boolean pictures = tracks != Tracks.AUDIO;
    return start(
        "StartRoomCompositeEgress",
        room,
        new RoomCompositeRequest(
            room,
            pictures ? video.layout() : null,
            !pictures,
            tracks == Tracks.VIDEO,
            pictures ? encoding(video) : null,
            output(file)));
  }

  /// Records what one participant sends to a file, like [#record]. Egress waits until they send
  /// something, and stops when they leave the room.
  ///
  /// @param video how their video is encoded; null if they may send none
  public EgressInfo recordParticipant(
      String room, String identity, @Nullable Video video, String file)
      throws LiveKitUnreachable, TwirpProblem {
    return start(
        "StartParticipantEgress",
        room,
        new ParticipantRequest(
            room, identity, video == null ? null : encoding(video), output(file)));
  }

  private static EncodingOptions encoding(Video video) {
    return new EncodingOptions(video.width(), video.height(), FRAMES_PER_SECOND, video.kbps());
  }

  private List<FileOutput> output(String file) {
    return List.of(new FileOutput("MP4", output.file(file), true, output.s3()));
  }

  private EgressInfo start(String method, String room, Object request)
      throws LiveKitUnreachable, TwirpProblem {
    return EgressInfo.of(
        twirp.ask("livekit.Egress/" + method, tokens.forService(room), request, STARTING));
  }

  /// Stops a recording; the file is delivered afterwards.
  ///
  /// @throws TwirpProblem if it has already ended, or no egress answers
  public EgressInfo stop(String id) throws LiveKitUnreachable, TwirpProblem {
    return EgressInfo.of(
        twirp.ask(
            "livekit.Egress/StopEgress", tokens.forService(""), Map.of("egress_id", id), STOPPING));
  }

  /// Finds a recording by its id; empty if LiveKit knows none.
  public Optional<EgressInfo> find(String id) throws LiveKitUnreachable {
    return list(Map.of("egress_id", id)).stream().filter(info -> info.id().equals(id)).findAny();
  }

  /// Returns all recordings of a room that LiveKit knows.
  public List<EgressInfo> list(String room) throws LiveKitUnreachable {
    return list(Map.of("room_name", room));
  }

  /// Finds the recording of a room into this file; empty if LiveKit knows none.
  public Optional<EgressInfo> find(String room, String file) throws LiveKitUnreachable {
    return list(room).stream().filter(info -> isInto(info, file)).findAny();
  }

  /// Whether a recording is written to this file.
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
