package parley.speech;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.auth.Caller;
import parley.db.Database;
import parley.jobs.Job;
import parley.jobs.JobId;
import parley.jobs.JobState;
import parley.jobs.Jobs;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.tenants.NameValidator;
import parley.tenants.TenantId;

/// The names that users give to the voices of their transcripts. They are stored apart from the
/// result, so that a label stays what it was; no more of them than a transcript has voices.
public final class SpeakerNames {
  private static final int MAX_NAME = 200;

  private final Database database;

  public SpeakerNames(Database database) {
    this.database = database;
  }

  /// The names in a transcript by the label of the voice.
  Map<String, String> of(TenantId tenant, JobId job) {
    return database.inTransaction(transaction -> SpeakerNameTable.of(transaction, tenant, job));
  }

  /// Gives a voice of one of the caller's transcripts a name, or takes it back.
  ///
  /// @param name null for none
  /// @throws Problem JOB_NOT_FOUND, JOB_NOT_COMPLETED, SPEAKER_NOT_FOUND if the transcript has no
  ///   such voice, VALIDATION if the name is invalid
  void name(
      Jobs jobs,
      TranscriptViews views,
      Caller caller,
      JobId id,
      String label,
      @Nullable String name) {
    if (name != null) {
      NameValidator.check(name, "display_name", "A display name", 1, MAX_NAME);
    }
    Job job = jobs.find(caller, id);
    if (!(job.state() instanceof JobState.Completed completed)) {
      throw new Problem(ProblemCode.JOB_NOT_COMPLETED, "The job has no transcript.");
    }
    if (!views.of(caller, id, completed.result()).mayName(label)) {
      throw new Problem(
          ProblemCode.SPEAKER_NOT_FOUND,
          "The transcript has no such voice that is not known by another name.");
    }
    database.useTransaction(transaction -> {
      if (name == null) {
        SpeakerNameTable.delete(transaction, caller.tenant(), id, label);
      } else {
        SpeakerNameTable.put(transaction, caller.tenant(), id, label, name);
      }
    });
  }
}
