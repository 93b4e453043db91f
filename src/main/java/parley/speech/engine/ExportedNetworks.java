package parley.speech.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// The loaded networks of an [ExportedModel].
///
/// @param encoder the encoder
/// @param decoder the decoder without a cache
/// @param next the decoder with a cache, which may be the same network
record ExportedNetworks(OrtSession encoder, OrtSession decoder, OrtSession next)
    implements AutoCloseable {
  /// Loads them; the caller closes them.
  ///
  /// @param threads that one run may use
  static ExportedNetworks load(ExportedModel model, int threads) throws OrtException {
    OrtEnvironment environment = Sessions.environment();
    try (OrtSession.SessionOptions options = Sessions.options(threads)) {
      OrtSession encoder = environment.createSession(model.encoder().toString(), options);
      OrtSession decoder = environment.createSession(model.decoder().toString(), options);
      OrtSession next =
          model.decoderWithPast().isPresent()
              ? environment.createSession(model.decoderWithPast().get().toString(), options)
              : decoder;
      return new ExportedNetworks(encoder, decoder, next);
    }
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    decoder.close();
    if (next != decoder) {
      next.close();
    }
  }
}
