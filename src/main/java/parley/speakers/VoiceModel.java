package parley.speakers;

/// What made an embedding. Embeddings of different models or versions have nothing in common.
public record VoiceModel(String name, String version) {}
