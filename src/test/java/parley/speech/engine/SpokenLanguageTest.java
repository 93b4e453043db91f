package parley.speech.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpokenLanguageTest {
  private static final int ENGLISH = Languages.indexOf("en");
  private static final int GERMAN = Languages.indexOf("de");
  private static final int DUTCH = Languages.indexOf("nl");

  @Test
  void takesTheLikeliestOfAClearWindow() {
    assertThat(new SpokenLanguage(-1).candidates(heard(GERMAN, 0.97))).containsExactly(GERMAN);
  }

  @Test
  void triesAllThatCompeteInAnUnclearOne() {
    double[] unclear = heard(GERMAN, 0.5);
    unclear[DUTCH] = 0.4;
    assertThat(new SpokenLanguage(-1).candidates(unclear)).containsExactly(GERMAN, DUTCH);
  }

  @Test
  void isNotSettledByAShortBeginning() {
    SpokenLanguage spoken = new SpokenLanguage(-1);
    spoken.heard(heard(DUTCH, 0.4), DUTCH);
    assertThat(spoken.candidates(heard(GERMAN, 0.97))).containsExactly(GERMAN);
  }

  @Test
  void isNotChangedByAnUnclearWindow() {
    SpokenLanguage spoken = new SpokenLanguage(-1);
    spoken.heard(heard(GERMAN, 0.97), GERMAN);
    assertThat(spoken.candidates(heard(DUTCH, 0.6))).containsExactly(GERMAN);
  }

  @Test
  void followsASpeakerToAnotherLanguage() {
    SpokenLanguage spoken = new SpokenLanguage(-1);
    for (int window = 0; window < 100; window++) {
      spoken.heard(heard(GERMAN, 0.99), GERMAN);
    }
    double[] english = new double[Languages.count()];
    english[ENGLISH] = 0.9999;
    english[GERMAN] = 0.0001;
    assertThat(spoken.candidates(english)).contains(ENGLISH);
    spoken.heard(english, ENGLISH);
    assertThat(spoken.candidates(english)).containsExactly(ENGLISH);
  }

  @Test
  void letsTheTextDecideWhereAWindowAloneIsCertainOfAnother() {
    SpokenLanguage spoken = new SpokenLanguage(-1);
    spoken.heard(heard(GERMAN, 0.99), GERMAN);
    double[] dutch = heard(DUTCH, 0.9);
    dutch[GERMAN] = 0.09;
    assertThat(spoken.candidates(dutch)).containsExactly(GERMAN, DUTCH);

    spoken.heard(dutch, DUTCH);
    assertThat(spoken.candidates(dutch)).containsExactly(DUTCH);
  }

  @Test
  void believesOnlyTheHintWhenThereIsOne() {
    SpokenLanguage spoken = new SpokenLanguage(GERMAN);
    spoken.heard(heard(ENGLISH, 0.99), ENGLISH);
    assertThat(spoken.candidates(heard(ENGLISH, 0.99))).containsExactly(GERMAN);
  }

  /// One language, and the rest shared among all others.
  private static double[] heard(int language, double probability) {
    double[] heard = new double[Languages.count()];
    java.util.Arrays.fill(heard, (1 - probability) / (heard.length - 1));
    heard[language] = probability;
    return heard;
  }
}
