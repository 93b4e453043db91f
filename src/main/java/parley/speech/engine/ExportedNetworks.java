package parley.speech.engine;

import ai.onnxruntime.OrtException;
import org.jspecify.annotations.Nullable;

/// The loaded networks of an [ExportedModel].
///
/// @param encoder the encoder
/// @param decoder the decoder without a cache
/// @param withPast the decoder with a cache; null if it is the same network
record ExportedNetworks(
    ExportedNetwork encoder, ExportedNetwork decoder, @Nullable ExportedNetwork withPast)
    implements AutoCloseable {
  /// Loads them; the caller closes them.
  static ExportedNetworks load(ExportedModel model, WhisperDevice device) throws OrtException {
    return new ExportedNetworks(
        ExportedNetwork.load(model.encoder(), device),
        ExportedNetwork.load(model.decoder(), device),
        model.decoderWithPast().isPresent()
            ? ExportedNetwork.load(model.decoderWithPast().get(), device)
            : null);
  }

  /// Returns the decoder with a cache.
  ExportedNetwork next() {
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
