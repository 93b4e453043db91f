package parley.speakers;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;

/// Whom a request wants to have named: certain speakers, the members of a room, or, with neither,
/// all of the tenant.
public record RosterWish(List<SpeakerId> speakers, @Nullable RoomId room) {
  /// Nobody in particular.
  public static final RosterWish ALL = new RosterWish(List.of(), null);

  private static final String ROOM = "room:";
  private static final int MAX_SPEAKERS = 100;

  public RosterWish {
    speakers = List.copyOf(speakers);
  }

  /// Whether the request names anybody.
  public boolean names() {
    return room != null || !speakers.isEmpty();
  }

  /// Reads the field `speakers`: ids with commas between them, or `room:` and a room's id.
  ///
  /// @throws Problem SPEAKER_NOT_FOUND or ROOM_NOT_FOUND for what is no id, VALIDATION for more
  ///   than 100 of them
  public static RosterWish parse(Optional<String> field) {
    String text = field.map(String::strip).orElse("");
    if (text.isEmpty()) {
      return ALL;
    }
    if (text.startsWith(ROOM)) {
      return new RosterWish(
          List.of(),
          RoomId.parse(text.substring(ROOM.length()).strip())
              .orElseThrow(() ->
                  new Problem(ProblemCode.ROOM_NOT_FOUND, "There is no such room.")
                      .at("speakers")));
    }
    List<String> ids = List.of(text.split(",", MAX_SPEAKERS + 2));
    if (ids.size() > MAX_SPEAKERS) {
      throw new Problem(
              ProblemCode.VALIDATION, "'speakers' names at most " + MAX_SPEAKERS + " speakers.")
          .at("speakers");
    }
    return new RosterWish(
        ids.stream()
            .map(id ->
                SpeakerId.parse(id.strip()).orElseThrow(() -> Speakers.notFound().at("speakers")))
            .distinct()
            .toList(),
        null);
  }
}
