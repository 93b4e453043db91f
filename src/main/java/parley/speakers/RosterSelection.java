package parley.speakers;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.RoomId;

/// The speakers that a request asks to have named: given ones, the members of a room or, with
/// neither, all speakers of the tenant.
public record RosterSelection(List<SpeakerId> speakers, @Nullable RoomId room) {
  /// All speakers of the tenant.
  public static final RosterSelection ALL = new RosterSelection(List.of(), null);

  private static final String ROOM = "room:";
  private static final int MAX_SPEAKERS = 100;

  public RosterSelection {
    speakers = List.copyOf(speakers);
  }

  /// Whether the request names anybody.
  public boolean names() {
    return room != null || !speakers.isEmpty();
  }

  /// Parses the field `speakers`: comma-separated ids, or `room:` followed by a room's id.
  ///
  /// @throws Problem SPEAKER_NOT_FOUND or ROOM_NOT_FOUND for an invalid id, VALIDATION for more
  ///   than 100 ids
  public static RosterSelection parse(Optional<String> field) {
    String text = field.map(String::strip).orElse("");
    if (text.isEmpty()) {
      return ALL;
    }
    if (text.startsWith(ROOM)) {
      return new RosterSelection(
          List.of(),
          RoomId.parse(text.substring(ROOM.length()).strip())
              .orElseThrow(() ->
                  new Problem(ProblemCode.ROOM_NOT_FOUND, "There is no such room.")
                      .at("speakers")));
    }
    List<String> ids = List.of(text.split(",", MAX_SPEAKERS + 2));
    if (ids.size() > MAX_SPEAKERS) {
      throw Problem.invalid("speakers", "names at most " + MAX_SPEAKERS + " speakers");
    }
    return new RosterSelection(
        ids.stream()
            .map(id ->
                SpeakerId.parse(id.strip()).orElseThrow(() -> Speakers.notFound().at("speakers")))
            .distinct()
            .toList(),
        null);
  }
}
