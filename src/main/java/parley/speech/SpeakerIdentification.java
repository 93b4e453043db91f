package parley.speech;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.speakers.Voiceprint;
import parley.speech.RecordedSpeakers.Match;
import parley.speech.RecordedSpeakers.Voice;
import parley.speech.diarisation.Diarisation;
import parley.speech.diarisation.DiarisedSpeaker;
import parley.speech.diarisation.SpeakerTurn;

/// Finds out which voices of a recording belong to known people.
///
/// Nobody has two voices at once: of two that resemble the same person, both are theirs if they
/// take turns, and become one speaker; else the more similar one is.
final class SpeakerIdentification {
  /// Turns are widened at their boundaries, so that those of one person may seem to overlap by this
  /// much: seconds, and a share of the shorter one's speech.
  private static final double MAX_OVERLAP_SECONDS = 0.5;

  private static final double MAX_OVERLAP_SHARE = 0.1;

  /// Begins the labels of voices of which nothing may be said.
  private static final String HIDDEN = "hidden ";

  private final Diarisation diarisation;
  private final int minSpeakers;

  /// The labels that are one speaker, by the label that they take.
  private final Map<String, Set<String>> merged = new LinkedHashMap<>();

  private final Map<String, Match> matches = new HashMap<>();
  private final Map<String, Match> closest = new HashMap<>();

  private SpeakerIdentification(Diarisation diarisation, int minSpeakers) {
    this.diarisation = diarisation;
    this.minSpeakers = minSpeakers;
  }

  /// A person whose voice is known.
  ///
  /// @param speaker the id of an enrolled speaker; null for somebody of the request
  /// @param name of somebody of the request; null for an enrolled speaker
  /// @param threshold the score from which a voice is taken for this person's, 0 to 1
  record Profile(
      @Nullable String speaker, @Nullable String name, Voiceprint voice, double threshold) {
    private Match match(double score) {
      return new Match(speaker, name, rounded(score), rounded(threshold));
    }
  }

  /// The result.
  ///
  /// @param turns of everybody, also of those of whom nothing may be said, so that their words are
  ///   not taken for anybody else's
  /// @param labels those of the turns by those of the diarisation
  record Identified(
      List<SpeakerTurn> turns, Map<String, String> labels, RecordedSpeakers speakers) {
    /// The label as it may be shown; null for a voice of which nothing may be said.
    @Nullable String shown(@Nullable String label) {
      return label == null || label.startsWith(HIDDEN) ? null : label;
    }
  }

  private record Comparison(String label, Profile profile, double score) {
    double margin() {
      return score - profile.threshold();
    }
  }

  /// Identifies the voices.
  ///
  /// @param minSpeakers below which number of speakers no two are taken for one
  /// @param anonymous whether voices of unknown people may be told apart; else nothing is said of
  ///   them
  static Identified identify(
      Diarisation diarisation, List<Profile> profiles, int minSpeakers, boolean anonymous) {
    SpeakerIdentification identification = new SpeakerIdentification(diarisation, minSpeakers);
    identification.compare(profiles);
    return identification.result(anonymous);
  }

  private void compare(List<Profile> profiles) {
    List<Comparison> comparisons = new ArrayList<>();
    for (DiarisedSpeaker speaker : diarisation.speakers()) {
      merged.put(speaker.label(), new HashSet<>(Set.of(speaker.label())));
      Voiceprint heard = SpeakerDiarisation.voiceprint(speaker.centroid());
      if (heard != null) {
        for (Profile profile : profiles) {
          double score = Math.max(0, heard.similarity(profile.voice()));
          comparisons.add(new Comparison(speaker.label(), profile, score));
        }
      }
    }
    comparisons.sort(Comparator.comparingDouble(Comparison::margin).reversed());
    Map<Profile, String> owners = new HashMap<>();
    Set<String> done = new HashSet<>();
    for (Comparison comparison : comparisons) {
      String label = comparison.label();
      closest.putIfAbsent(label, comparison.profile().match(comparison.score()));
      if (comparison.margin() < 0 || done.contains(label)) {
        continue;
      }
      String owner = owners.putIfAbsent(comparison.profile(), label);
      if (owner == null) {
        matches.put(label, comparison.profile().match(comparison.score()));
        done.add(label);
      } else if (merged.size() > minSpeakers && takeTurns(owner, label)) {
        Objects.requireNonNull(merged.get(owner)).add(label);
        merged.remove(label);
        done.add(label);
      }
    }
  }

  private boolean takeTurns(String owner, String label) {
    Set<String> owned = Objects.requireNonNull(merged.get(owner));
    List<SpeakerTurn> mine =
        diarisation.turns().stream().filter(turn -> turn.label().equals(label)).toList();
    List<SpeakerTurn> theirs =
        diarisation.turns().stream().filter(turn -> owned.contains(turn.label())).toList();
    double shared = 0;
    for (SpeakerTurn turn : mine) {
      for (SpeakerTurn other : theirs) {
        shared +=
            Math.max(0, Math.min(turn.end(), other.end()) - Math.max(turn.start(), other.start()));
      }
    }
    double shorter = Math.min(seconds(mine), seconds(theirs));
    return shared <= Math.max(MAX_OVERLAP_SECONDS, MAX_OVERLAP_SHARE * shorter);
  }

  private static double seconds(List<SpeakerTurn> turns) {
    return turns.stream().mapToDouble(SpeakerTurn::seconds).sum();
  }

  private Identified result(boolean anonymous) {
    Map<String, String> owners = new HashMap<>();
    merged.forEach((owner, labels) -> labels.forEach(label -> owners.put(label, owner)));
    Map<String, String> shown = new LinkedHashMap<>();
    List<SpeakerTurn> turns = new ArrayList<>();
    for (SpeakerTurn turn : diarisation.turns()) {
      String owner = Objects.requireNonNull(owners.get(turn.label()));
      if (anonymous || matches.containsKey(owner)) {
        shown.computeIfAbsent(owner, ignored -> "S" + (shown.size() + 1));
      }
      String label = shown.getOrDefault(owner, HIDDEN + owner);
      add(turns, new SpeakerTurn(rounded(turn.start()), rounded(turn.end()), label));
    }
    List<Voice> voices = new ArrayList<>();
    shown.forEach((owner, label) -> {
      Match match = matches.get(owner);
      double seconds = seconds(turns.stream().filter(turn -> turn.label().equals(label)).toList());
      voices.add(
          new Voice(label, match, match == null ? closest.get(owner) : null, rounded(seconds)));
    });
    Map<String, String> labels = new HashMap<>();
    owners.forEach((label, owner) -> labels.put(label, shown.getOrDefault(owner, HIDDEN + owner)));
    return new Identified(
        turns,
        labels,
        new RecordedSpeakers(
            anonymous,
            voices,
            turns.stream().filter(turn -> !turn.label().startsWith(HIDDEN)).toList()));
  }

  /// Adds a turn, which becomes one with the speaker's last turn if they touch.
  private static void add(List<SpeakerTurn> turns, SpeakerTurn turn) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      SpeakerTurn before = turns.get(i);
      if (before.label().equals(turn.label())) {
        if (before.end() >= turn.start()) {
          turns.set(
              i,
              new SpeakerTurn(before.start(), Math.max(before.end(), turn.end()), before.label()));
          return;
        }
        break;
      }
    }
    turns.add(turn);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
