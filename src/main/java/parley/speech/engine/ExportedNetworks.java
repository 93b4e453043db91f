package parley.speech.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import org.jspecify.annotations.Nullable;

/// The loaded networks of an [ExportedModel].
///
/// @param encoder the encoder
/// @param decoder the decoder without a cache
/// @param withPast the decoder with a cache; null if it is the same network
record ExportedNetworks(OrtSession encoder, OrtSession decoder, @Nullable OrtSession withPast)
    implements AutoCloseable {
  /// Loads them; the caller closes them.
  ///
  /// @param threads that one run may use
  static ExportedNetworks load(ExportedModel model, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      OrtSession encoder = environment.createSession(model.encoder().toString(), options);
      OrtSession decoder = environment.createSession(model.decoder().toString(), options);
      OrtSession withPast =
          model.decoderWithPast().isPresent()
              ? environment.createSession(model.decoderWithPast().get().toString(), options)
              : null;
      return new ExportedNetworks(encoder, decoder, withPast);
    }
  }

  /// Returns the decoder with a cache.
  OrtSession next() {
    return withPast == null ? decoder : withPast;
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
    if (withPast != null) {
      withPast.close();
    }
  }
}
