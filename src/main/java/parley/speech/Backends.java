package parley.speech;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.jobs.JobStopped;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.problem.ServiceUnavailable;
import parley.speech.transcript.Progress;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.speech.transcript.Transcript;

/// The backends that this node has, and which of them does the work.
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

  private final Map<Backend, Transcriber> present;
  private final RelayedLength relayed;

  public Backends(Map<Backend, Transcriber> present, RecordingLength length) {
    this.present = new EnumMap<>(present);
    this.relayed = new RelayedLength(length);
  }

  /// A transcript, and who wrote it.
  record Heard(Transcript transcript, Backend backend, String model) {}

  /// Whether the backend is set up at all; it may still be out of order.
  public boolean has(Backend backend) {
    return present.containsKey(backend);
  }

  /// The backend's transcriber; empty when it is not set up.
  public Optional<Transcriber> find(Backend backend) {
    return Optional.ofNullable(present.get(backend));
  }

  /// Asks the backends one after the other until one answers.
  ///
  /// What the relay refuses goes on to our own recogniser too, since a relay's limits are not ours;
  /// what our own finds in a recording, or misses in it, is the last word.
  ///
  /// @param order the backends allowed, the preferred one first
  /// @throws Problem of the last backend that was asked; BACKEND_UNAVAILABLE when there is none
  /// @throws ServiceUnavailable if no other one answered while our own could not decode
  Heard transcribe(List<Backend> order, Path recording, SpeechOptions options, Progress progress)
      throws IOException {
    Problem refusal =
        new Problem(
            ProblemCode.BACKEND_UNAVAILABLE, "No backend that the tenant may use is set up here.");
    @Nullable RuntimeException fault = null;
    @Nullable ServiceUnavailable away = null;
    for (Backend backend : order) {
      Transcriber transcriber = present.get(backend);
      if (transcriber == null) {
        continue;
      }
      try {
        Transcript transcript = transcriber.transcribe(recording, options, progress);
        return new Heard(
            switch (backend) {
              case A -> transcript;
              case B -> relayed.checked(transcript, recording);
            },
            backend,
            transcriber.model());
      } catch (Problem problem) {
        if (backend == Backend.A) {
          throw problem;
        }
        LOG.warn("backend {} refused: {}", backend, problem.message());
        refusal = problem;
        fault = null;
      } catch (JobStopped stopped) {
        throw stopped;
      } catch (RuntimeException failed) {
        if (Thread.currentThread().isInterrupted()) {
          throw failed;
        }
        LOG.warn("backend {} failed", backend, failed);
        fault = failed;
      } catch (ServiceUnavailable decoder) {
        if (Thread.currentThread().isInterrupted()) {
          throw decoder;
        }
        LOG.warn("backend {} is unavailable: {}", backend, decoder.getMessage());
        away = decoder;
      }
    }
    if (away != null) {
      // What others refuse may still be decoded here, later.
      throw away;
    }
    if (fault != null) {
      throw fault;
    }
    throw refusal;
  }
}
