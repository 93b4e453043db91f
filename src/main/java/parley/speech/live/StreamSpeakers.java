package parley.speech.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import parley.speakers.SpeakerId;
import parley.speakers.SpeakerRoster;
import parley.speakers.SpeakerRoster.Candidate;
import parley.speakers.SpeakerRosters;
import parley.speakers.Voiceprint;
import parley.speech.SpeakerTag;
import parley.speech.decoding.SampleSink;
import parley.speech.diarisation.AttributedSegment;
import parley.speech.diarisation.EstimatedWords;
import parley.speech.diarisation.SpeakerAssignment;
import parley.speech.diarisation.SpeakerTurn;
import parley.speech.engine.Piece;
import parley.speech.transcript.Segment;
import parley.tenants.UserId;

/// Tells whose the final captions of one stream are, and cuts them where the speaker changes. Sound
/// comes on one thread, [#attribute] on another.
final class StreamSpeakers implements SampleSink, AutoCloseable {
  /// Speech of one voice, in seconds, below which it is not compared with enrolled ones: the
  /// figures of decision 0050 are for three seconds.
  private static final double MIN_NAMED_SECONDS = 3;

  /// Who speaks where the policy does not allow to tell.
  private static final String NOBODY = "";

  private final VoiceTracker tracker;
  private final SpeakerRosters rosters;
  private final SpeakerRoster roster;
  private final UserId user;
  private final String stream;

  /// The labels that turned out to be enrolled speakers.
  private final Map<String, Candidate> named = new HashMap<>();

  /// @param roster closed by [#close]
  /// @param user who asked for it
  /// @param stream the id under which it is audited who was named
  StreamSpeakers(
      VoiceTracker tracker,
      SpeakerRosters rosters,
      SpeakerRoster roster,
      UserId user,
      String stream) {
    this.tracker = tracker;
    this.rosters = rosters;
    this.roster = roster;
    this.user = user;
    this.stream = stream;
  }

  void start() {
    tracker.start();
  }

  @Override
  public void take(float[] block, int count) {
    tracker.take(block, count);
  }

  /// Notes that a piece whose sound was taken will have final captions; each is to be passed to
  /// [#attribute], in this order.
  void expect(Piece piece) {
    tracker.expect(piece);
  }

  /// Tells who says the final texts of the next piece.
  ///
  /// @param show called once, while nobody who is named can be erased
  /// @throws java.util.concurrent.CancellationException after [#abandon]
  void attribute(List<Segment> segments, Consumer<FinalCaptions> show) {
    VoiceTracker.Voices voices = tracker.next();
    if (segments.isEmpty()) {
      show.accept(FinalCaptions.of(segments));
      return;
    }
    List<Segment> timed =
        segments.stream().map(segment -> EstimatedWords.of(segment, voices.turns())).toList();
    Set<String> labels = labels(SpeakerAssignment.assign(timed, voices.turns()));
    Map<String, Candidate> recognised = recognise(labels, voices);
    named.putAll(recognised);
    Set<SpeakerId> wanted =
        labels.stream()
            .map(named::get)
            .filter(Objects::nonNull)
            .map(Candidate::id)
            .collect(Collectors.toSet());
    rosters.whileNameable(
        roster,
        wanted,
        nameable -> show.accept(captions(timed, voices.turns(), recognised, nameable)));
  }

  private static Set<String> labels(List<AttributedSegment> segments) {
    Set<String> labels = new TreeSet<>();
    for (AttributedSegment segment : segments) {
      if (segment.speaker() != null) {
        labels.add(segment.speaker());
      }
    }
    return labels;
  }

  /// The labels that turn out to be enrolled speakers just now, which is audited.
  private Map<String, Candidate> recognise(Set<String> labels, VoiceTracker.Voices voices) {
    Map<String, Candidate> found = new LinkedHashMap<>();
    for (String label : labels) {
      VoiceTracker.Voice voice = voices.known().get(label);
      if (voice != null && voice.seconds() >= MIN_NAMED_SECONDS && !named.containsKey(label)) {
        roster
            .closest(Voiceprint.of(voice.mean().values()))
            .filter(Candidate::isNamed)
            .ifPresent(candidate -> found.put(label, candidate));
      }
    }
    Map<SpeakerId, Candidate> used = new LinkedHashMap<>();
    found.values().forEach(candidate -> used.putIfAbsent(candidate.id(), candidate));
    named.values().forEach(candidate -> used.remove(candidate.id()));
    if (!used.isEmpty()) {
      Set<SpeakerId> enrolled = rosters.use(roster, user, stream, List.copyOf(used.values()));
      found
          .values()
          .removeIf(
              candidate -> used.containsKey(candidate.id()) && !enrolled.contains(candidate.id()));
    }
    return found;
  }

  private FinalCaptions captions(
      List<Segment> segments,
      List<SpeakerTurn> turns,
      Map<String, Candidate> recognised,
      SpeakerRosters.Nameable nameable) {
    Map<String, SpeakerTag> tags = new HashMap<>();
    List<SpeakerTurn> allowed = new ArrayList<>();
    for (SpeakerTurn turn : turns) {
      // Two labels of one person are one speaker, and so are all who may not be told apart.
      @Nullable SpeakerTag tag = tag(turn.label(), nameable);
      String speaker =
          tag == null ? NOBODY : tag.id() != null ? tag.id() : String.valueOf(tag.label());
      if (tag != null) {
        tags.put(speaker, tag);
      }
      allowed.add(new SpeakerTurn(turn.start(), turn.end(), speaker));
    }
    List<FinalCaptions.Caption> captions = new ArrayList<>();
    for (AttributedSegment segment : SpeakerAssignment.assign(segments, allowed)) {
      String speaker = segment.speaker();
      captions.add(
          new FinalCaptions.Caption(segment.segment(), speaker == null ? null : tags.get(speaker)));
    }
    List<LiveFrame.Speaker> frames = new ArrayList<>();
    recognised.forEach((label, candidate) -> {
      if (nameable.speakers().contains(candidate.id())) {
        frames.add(new LiveFrame.Speaker(label, tag(candidate)));
      }
    });
    return new FinalCaptions(frames, captions);
  }

  private @Nullable SpeakerTag tag(String label, SpeakerRosters.Nameable nameable) {
    Candidate candidate = named.get(label);
    if (candidate != null && nameable.speakers().contains(candidate.id())) {
      return tag(candidate);
    }
    return nameable.anonymous() ? SpeakerTag.anonymous(label) : null;
  }

  private static SpeakerTag tag(Candidate candidate) {
    return SpeakerTag.enrolled(
        candidate.id().toString(), candidate.displayName(), candidate.score());
  }

  /// Drops what waits, because nobody wants it any more.
  void abandon() {
    tracker.abandon();
  }

  /// Overwrites the embeddings of the roster, and returns when the models are used no more.
  @Override
  public void close() {
    try {
      tracker.close();
    } finally {
      roster.close();
    }
  }
}
