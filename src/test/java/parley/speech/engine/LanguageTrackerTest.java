package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import parley.speech.transcript.Languages;

class LanguageTrackerTest {
  private static final int ENGLISH = Languages.indexOf("en");
  private static final int GERMAN = Languages.indexOf("de");
  private static final int DUTCH = Languages.indexOf("nl");

  @Test
  void takesTheLikeliestOfAClearWindow() {
    assertThat(new LanguageTracker(-1).candidates(heard(GERMAN, 0.97))).containsExactly(GERMAN);
  }

  @Test
  void triesAllThatCompeteInAnUnclearOne() {
    double[] unclear = heard(GERMAN, 0.5);
    unclear[DUTCH] = 0.4;
    assertThat(new LanguageTracker(-1).candidates(unclear)).containsExactly(GERMAN, DUTCH);
  }

  @Test
  void isNotSettledByAShortBeginning() {
    LanguageTracker tracker = new LanguageTracker(-1);
    tracker.update(heard(DUTCH, 0.4), DUTCH);
    assertThat(tracker.candidates(heard(GERMAN, 0.97))).containsExactly(GERMAN);
  }

  @Test
  void isNotChangedByAnUnclearWindow() {
    LanguageTracker tracker = new LanguageTracker(-1);
    tracker.update(heard(GERMAN, 0.97), GERMAN);
    assertThat(tracker.candidates(heard(DUTCH, 0.6))).containsExactly(GERMAN);
  }

  @Test
  void followsASpeakerToAnotherLanguage() {
    LanguageTracker tracker = new LanguageTracker(-1);
    for (int window = 0; window < 100; window++) {
      tracker.update(heard(GERMAN, 0.99), GERMAN);
    }
    double[] english = new double[Languages.count()];
    english[ENGLISH] = 0.9999;
    english[GERMAN] = 0.0001;
    assertThat(tracker.candidates(english)).contains(ENGLISH);
    tracker.update(english, ENGLISH);
    assertThat(tracker.candidates(english)).containsExactly(ENGLISH);
  }

  @Test
  void letsTheTextDecideWhereAWindowAloneIsCertainOfAnother() {
    LanguageTracker tracker = new LanguageTracker(-1);
    tracker.update(heard(GERMAN, 0.99), GERMAN);
    double[] dutch = heard(DUTCH, 0.9);
    dutch[GERMAN] = 0.09;
    assertThat(tracker.candidates(dutch)).containsExactly(GERMAN, DUTCH);

    tracker.update(dutch, DUTCH);
    assertThat(tracker.candidates(dutch)).containsExactly(DUTCH);
  }

  @Test
  void believesOnlyTheHintWhenThereIsOne() {
    LanguageTracker tracker = new LanguageTracker(GERMAN);
    tracker.update(heard(ENGLISH, 0.99), ENGLISH);
    assertThat(tracker.candidates(heard(ENGLISH, 0.99))).containsExactly(GERMAN);
  }

  /// One language, and the rest shared among all others.
  private static double[] heard(int language, double probability) {
    double[] heard = new double[Languages.count()];
    java.util.Arrays.fill(heard, (1 - probability) / (heard.length - 1));
    heard[language] = probability;
    return heard;
  }
}
