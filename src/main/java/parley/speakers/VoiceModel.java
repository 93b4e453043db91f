package parley.speakers;

/// The model of an embedding. Embeddings of different models or versions are not comparable.
public record VoiceModel(String name, String version) {}
