package parley.speech.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.auth.Caller;
import parley.problem.Problem;
import parley.problem.ProblemCode;
import parley.speech.Backend;
import parley.speech.Backends;
import parley.speech.decoding.AudioDecoder;
import parley.speech.decoding.PcmDecoder;
import parley.speech.decoding.SampleSink;
import parley.speech.decoding.SoundDecoder;
import parley.speech.decoding.StreamFormat;
import parley.speech.decoding.WavDecoder;
import parley.speech.engine.LiveEngine;
import parley.speech.engine.LiveTranscriber;
import parley.speech.engine.Segmentation;
import parley.speech.transcript.SpeechOptions;
import parley.speech.transcript.Transcriber;
import parley.storage.Spool;
import parley.tenants.TenantId;

/// What captions are made with on this node.
///
/// @param engine empty on a node without models of its own: such a node makes no captions, since
///   the pieces that a relay gets are cut by them; otherwise waits until they are loaded
public record Captioners(
    Optional<Supplier<LiveEngine>> engine,
    Backends backends,
    LiveDiarisation diarisation,
    AudioDecoder decoder,
    Spool spool) {
  private static final Duration ANY_TIME = Duration.ofDays(1);
  private static final Logger LOG = LoggerFactory.getLogger(Captioners.class);

  /// How the captions of a stream are made.
  ///
  /// @param hearers all backends that may hear the stream
  /// @param engine for the work of the stream's tenant
  /// @param partials null when no partial captions are wanted, or the policy keeps the sound from
  ///   the engine
  /// @param quick where English is cut that the quick model writes at once; null if it may not
  /// @param segmentation of everything else
  record Chosen(
      Backend backend,
      Set<Backend> hearers,
      String model,
      LiveEngine engine,
      FinalRecogniser finals,
      @Nullable LiveEngine partials,
      @Nullable Segmentation quick,
      Segmentation segmentation) {
    /// Where speech in a language is cut.
    ///
    /// @param language ISO 639-1; null if it is not known yet
    Segmentation segmentation(@Nullable String language) {
      return quick != null && isQuick(language) ? quick : segmentation;
    }

    /// Whether Whisper is likely to have no work with the captions.
    ///
    /// @param language as hinted; null if nothing was
    boolean mayBeQuick(@Nullable String language) {
      return backend == Backend.B || (language == null ? quick != null : isQuick(language));
    }

    /// Whether the quick model writes this language.
    ///
    /// @param language ISO 639-1; null if it is not known yet
    boolean isQuick(@Nullable String language) {
      return quick != null && "en".equals(language);
    }
  }

  private LiveEngine models(TenantId tenant) {
    return engine
        .orElseThrow(() ->
            new Problem(
                ProblemCode.BACKEND_UNAVAILABLE, "This server has no models for live captions."))
        .get()
        .of(tenant.toString());
  }

  /// Chooses the first backend that is set up. Where the relay fails in the middle, the own
  /// recogniser goes on if it is among the allowed ones.
  ///
  /// @param order the backends allowed, the preferred one first
  /// @throws Problem BACKEND_UNAVAILABLE when none of them is set up
  Chosen choose(TenantId tenant, List<Backend> order, Control.Open open) {
    LiveEngine models = models(tenant);
    LiveTranscriber engine =
        models.transcriber(new SpeechOptions(null, null, null, open.keyterms(), open.prompt()));
    FinalRecogniser own =
        (piece, language, patience, last, unwanted) ->
            engine.write(piece, language, patience, last);
    LiveEngine partials = open.interim() && order.contains(Backend.A) ? models : null;
    for (Backend backend : order) {
      Optional<Transcriber> transcriber = backends.find(backend);
      if (transcriber.isPresent()) {
        FinalRecogniser finals =
            switch (backend) {
              case A -> own;
              case B -> relayed(transcriber.get(), open, order.contains(Backend.A) ? own : null);
            };
        Segmentation segmentation =
            backend == Backend.A ? Segmentation.LOW_LATENCY : Segmentation.RELAXED;
        return new Chosen(
            backend,
            backend == Backend.A ? Set.of(backend) : Set.copyOf(order),
            transcriber.get().model(),
            models,
            finals,
            partials,
            backend == Backend.A && open.isPlain() && !models.prefersWhisper()
                ? inTime(
                    Segmentation.WITHOUT_CONTEXT.endingWithin(open.utterancePause()),
                    open,
                    partials)
                : null,
            inTime(segmentation, open, partials));
      }
    }
    throw new Problem(
        ProblemCode.BACKEND_UNAVAILABLE, "No backend that the tenant may use is set up here.");
  }

  /// Without partial captions the final ones have to come in time: four fifths of the time for the
  /// speech, one for the work.
  private static Segmentation inTime(
      Segmentation segmentation, Control.Open open, @Nullable LiveEngine partials) {
    return partials != null ? segmentation : segmentation.within(0.8 * open.maxWait());
  }

  /// Begins to distinguish the speakers of a stream; the caller closes the result.
  StreamSpeakers speakers(LiveDiarisation.Request request, Caller caller, UUID stream)
      throws IOException {
    return diarisation.open(request, caller, stream.toString(), models(caller.tenant()));
  }

  private FinalRecogniser relayed(
      Transcriber relay, Control.Open open, @Nullable FinalRecogniser own) {
    FinalRecogniser relayed = new RelayedFinals(relay, open.keyterms(), open.prompt(), spool);
    return (piece, language, patience, last, unwanted) -> {
      try {
        // Without another way the relay has as long as it is given for files.
        return relayed.recognise(
            piece, language, own == null ? ANY_TIME : patience, last, unwanted);
      } catch (Problem problem) {
        if (own == null) {
          throw problem;
        }
        LOG.warn("the relay refused a piece of a stream: {}", problem.message());
        return own.recognise(piece, language, patience, last, unwanted);
      }
    };
  }

  /// Makes the decoder for what a client sends.
  SoundDecoder decoder(SoundMedia media, SampleSink sink) throws IOException {
    return switch (media) {
      case SoundMedia.Bare(var format) -> new PcmDecoder(format, sink);
      case SoundMedia.Wav wav -> new WavDecoder(sink, this::any);
      case SoundMedia.Compressed(var format) -> decoder.stream(format, sink);
    };
  }

  private SoundDecoder any(SampleSink sink) {
    try {
      return decoder.stream(StreamFormat.ANY, sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
