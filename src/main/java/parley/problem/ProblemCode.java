package parley.problem;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Every error that Parley returns, with its status and its stable code in each dialect.
///
/// A constant gives the status and the code of the wave dialect. The other dialects derive their
/// code from it unless they override it: echo, library and deepgram drop `SW_`, app and openai also
/// turn it into lower case. Codes and statuses never change once released.
public enum ProblemCode {
  BAD_REQUEST(
      400,
      "SW_BAD_REQUEST",
      echo(422, "VALIDATION_ERROR"),
      app("invalid_param"),
      deepgram("Bad Request")),
  BAD_JSON(400, "SW_BAD_JSON", app("invalid_param"), deepgram("Bad Request")),
  BAD_VALUE(
      400,
      "SW_BAD_JSON",
      echo(422, "VALIDATION_ERROR"),
      app("invalid_param"),
      deepgram("Bad Request")),
  VALIDATION(
      422,
      "SW_VALIDATION_ERROR",
      library(400),
      app(400, "invalid_param"),
      openai(400, "invalid_value"),
      deepgram(400, "Bad Request")),
  NOT_FOUND(404, "SW_NOT_FOUND"),
  METHOD_NOT_ALLOWED(405, "SW_METHOD_NOT_ALLOWED"),
  NOT_ACCEPTABLE(406, "SW_NOT_ACCEPTABLE"),
  REQUEST_TIMEOUT(408, "SW_REQUEST_TIMEOUT"),
  PRECONDITION_FAILED(412, "SW_PRECONDITION_FAILED"),
  BODY_TOO_LARGE(413, "SW_CONTENT_TOO_LARGE", app("file_too_large"), deepgram("PAYLOAD_TOO_LARGE")),
  URI_TOO_LONG(414, "SW_URI_TOO_LONG"),
  UNSUPPORTED_MEDIA_TYPE(415, "SW_UNSUPPORTED_MEDIA_TYPE", app("unsupported_file_type")),
  UPGRADE_REQUIRED(426, "SW_UPGRADE_REQUIRED"),
  HEADERS_TOO_LARGE(431, "SW_HEADERS_TOO_LARGE"),
  RATE_LIMITED(
      429, "SW_RATE_LIMITED", openai("rate_limit_exceeded"), deepgram("TOO_MANY_REQUESTS")),
  INTERNAL(500, "SW_INTERNAL_ERROR"),
  NOT_IMPLEMENTED(501, "SW_NOT_IMPLEMENTED"),
  UNAVAILABLE(503, "SW_UNAVAILABLE"),
  STORAGE_FULL(507, "SW_STORAGE_FULL"),
  STORAGE_UNAVAILABLE(503, "SW_STORAGE_UNAVAILABLE"),

  TOKEN_MISSING(
      401,
      "SW_AUTH_INVALID_TOKEN",
      echo(401, "AUTH_TOKEN_MISSING"),
      app("unauthorized"),
      openai("invalid_api_key"),
      deepgram("INVALID_AUTH")),
  TOKEN_INVALID(
      401,
      "SW_AUTH_INVALID_TOKEN",
      echo(401, "AUTH_TOKEN_INVALID"),
      app("unauthorized"),
      openai("invalid_api_key"),
      deepgram("INVALID_AUTH")),
  TOKEN_EXPIRED(
      401,
      "SW_AUTH_EXPIRED_TOKEN",
      echo(401, "AUTH_TOKEN_INVALID"),
      app("unauthorized"),
      openai("invalid_api_key"),
      deepgram("INVALID_AUTH")),
  PERMISSION_DENIED(
      403,
      "SW_AUTH_INSUFFICIENT_PERMISSION",
      echo(403, "AUTHZ_PERMISSION_DENIED"),
      app("forbidden"),
      openai("insufficient_permissions"),
      deepgram("INSUFFICIENT_PERMISSIONS")),

  TENANT_NOT_FOUND(404, "SW_TENANT_NOT_FOUND"),
  TENANT_EXISTS(409, "SW_TENANT_EXISTS"),
  KEY_NOT_FOUND(404, "SW_KEY_NOT_FOUND"),
  TOO_MANY_KEYS(409, "SW_TOO_MANY_KEYS"),

  BAD_MULTIPART(
      400, "SW_MEDIA_BAD_REQUEST", echo(400, "VALIDATION_ERROR"), app("no_file_uploaded")),
  NO_FILE(
      400,
      "SW_MEDIA_BAD_REQUEST",
      echo(422, "VALIDATION_ERROR"),
      app("no_file_uploaded"),
      deepgram("Bad Request")),
  TOO_MANY_FILES(400, "SW_MEDIA_BAD_REQUEST", echo(422, "VALIDATION_ERROR"), app("too_many_files")),
  FILE_NAME_MISSING(400, "SW_MEDIA_BAD_REQUEST", app("filename_not_exists_error")),
  MEDIA_NOT_FOUND(404, "SW_MEDIA_NOT_FOUND", app("file_not_found")),
  MEDIA_TOO_LARGE(413, "SW_MEDIA_TOO_LARGE", app("file_too_large"), deepgram("PAYLOAD_TOO_LARGE")),
  MEDIA_QUOTA_EXCEEDED(413, "SW_MEDIA_QUOTA_EXCEEDED", app("file_too_large")),
  MEDIA_SCAN_PENDING(409, "SW_MEDIA_SCAN_PENDING"),
  MEDIA_INFECTED(422, "SW_MEDIA_INFECTED"),
  MEDIA_LINK_INVALID(403, "SW_MEDIA_LINK_INVALID"),
  MEDIA_LINK_EXPIRED(403, "SW_MEDIA_LINK_EXPIRED"),
  MEDIA_NO_THUMBNAIL(404, "SW_MEDIA_NO_THUMBNAIL"),
  RANGE_NOT_SATISFIABLE(416, "SW_RANGE_NOT_SATISFIABLE"),

  ROOM_NOT_FOUND(404, "SW_ROOM_NOT_FOUND"),
  ROOM_FORBIDDEN(403, "SW_ROOM_FORBIDDEN"),
  ROOM_LAST_ADMIN(409, "SW_ROOM_LAST_ADMIN"),
  NOT_MEMBER(403, "SW_NOT_MEMBER"),
  PARTICIPANT_NOT_FOUND(404, "SW_PARTICIPANT_NOT_FOUND"),
  EVENTS_GONE(410, "SW_EVENTS_GONE"),
  CALL_NOT_FOUND(404, "SW_CALL_NOT_FOUND"),
  CALL_ENDED(410, "SW_CALL_ENDED"),
  CALL_FORBIDDEN(403, "SW_CALL_FORBIDDEN"),
  CALL_LIVEKIT_UNREACHABLE(503, "SW_CALL_LIVEKIT_UNREACHABLE"),
  CALL_RECORDING_DISABLED(403, "SW_CALL_RECORDING_DISABLED"),
  CALL_RECORDING_UNAVAILABLE(503, "SW_CALL_RECORDING_UNAVAILABLE"),
  CALL_NOT_RECORDED(409, "SW_CALL_NOT_RECORDED"),
  CALL_RECORDING_STOPPING(409, "SW_CALL_RECORDING_STOPPING"),

  JOB_NOT_FOUND(404, "SW_JOB_NOT_FOUND"),
  JOB_NOT_COMPLETED(409, "SW_JOB_NOT_COMPLETED"),
  JOB_FINISHED(409, "SW_JOB_FINISHED"),
  JOB_ABANDONED(500, "SW_JOB_ABANDONED"),

  DECODER_UNAVAILABLE(503, "SW_DECODER_UNAVAILABLE"),
  UNSUPPORTED_MEDIA(
      415, "SW_UNSUPPORTED_MEDIA", openai(400, "unsupported_media"), deepgram(400, "Bad Request")),
  RECORDING_GONE(410, "SW_RECORDING_GONE"),
  AUDIO_TOO_LONG(413, "SW_AUDIO_TOO_LONG"),
  BACKEND_UNAVAILABLE(503, "SW_BACKEND_UNAVAILABLE"),
  BACKEND_NOT_ALLOWED(403, "SW_BACKEND_NOT_ALLOWED"),
  BACKEND_ERROR(502, "SW_BACKEND_ERROR"),
  BACKEND_TIMEOUT(504, "SW_BACKEND_TIMEOUT"),
  STREAM_IDLE(408, "SW_STREAM_IDLE"),
  TOO_MANY_STREAMS(429, "SW_TOO_MANY_STREAMS", deepgram("TOO_MANY_REQUESTS")),
  /// A model that no backend has.
  MODEL_NOT_FOUND(404, "SW_MODEL_NOT_FOUND"),
  /// The server does not fetch recordings from elsewhere.
  REMOTE_CONTENT(400, "SW_REMOTE_CONTENT", deepgram("REMOTE_CONTENT_ERROR")),
  SPEAKER_NOT_FOUND(404, "SW_SPEAKER_NOT_FOUND"),
  SPEAKER_PREFLIGHT_FAILED(422, "SW_SPEAKER_PREFLIGHT_FAILED"),
  SPEAKER_POLICY_FORBIDS(403, "SW_SPEAKER_POLICY_FORBIDS"),
  SPEAKER_WITHDRAWN(409, "SW_SPEAKER_WITHDRAWN"),
  SPEAKER_STALE(409, "SW_SPEAKER_STALE"),
  TOO_MANY_SPEAKERS(409, "SW_TOO_MANY_SPEAKERS"),
  BUDGET_EXCEEDED(
      402, "SW_BUDGET_EXCEEDED", openai("insufficient_quota"), deepgram("ASR_PAYMENT_REQUIRED"));

  private record Rendering(int status, String code) {}

  /// A dialect's own code for a constant (empty: derived) and its own status (0: the same).
  private record Variant(Dialect dialect, int status, String code) {}

  // Effectively immutable: only the constructor fills it.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Map<Dialect, Rendering> renderings = new EnumMap<>(Dialect.class);

  ProblemCode(int status, String waveCode, Variant... variants) {
    String bare = waveCode.substring("SW_".length());
    String lower = bare.toLowerCase(Locale.ROOT);
    renderings.put(Dialect.WAVE, new Rendering(status, waveCode));
    renderings.put(Dialect.ECHO, new Rendering(status, bare));
    renderings.put(Dialect.LIBRARY, new Rendering(status, bare));
    renderings.put(Dialect.APP, new Rendering(status, lower));
    renderings.put(Dialect.OPENAI, new Rendering(status, lower));
    renderings.put(Dialect.DEEPGRAM, new Rendering(status, bare));
    for (Variant variant : variants) {
      Rendering derived = renderings.get(variant.dialect);
      renderings.put(
          variant.dialect,
          new Rendering(
              variant.status == 0 ? status : variant.status,
              variant.code.isEmpty() && derived != null ? derived.code : variant.code));
    }
  }

  /// The HTTP status in a dialect.
  public int status(Dialect dialect) {
    return rendering(dialect).status;
  }

  /// The stable code in a dialect.
  public String code(Dialect dialect) {
    return rendering(dialect).code;
  }

  private Rendering rendering(Dialect dialect) {
    return Objects.requireNonNull(renderings.get(dialect));
  }

  private static Variant echo(int status, String code) {
    return new Variant(Dialect.ECHO, status, code);
  }

  private static Variant library(int status) {
    return new Variant(Dialect.LIBRARY, status, "");
  }

  private static Variant app(String code) {
    return new Variant(Dialect.APP, 0, code);
  }

  private static Variant app(int status, String code) {
    return new Variant(Dialect.APP, status, code);
  }

  private static Variant openai(int status, String code) {
    return new Variant(Dialect.OPENAI, status, code);
  }

  private static Variant openai(String code) {
    return new Variant(Dialect.OPENAI, 0, code);
  }

  private static Variant deepgram(String code) {
    return new Variant(Dialect.DEEPGRAM, 0, code);
  }

  private static Variant deepgram(int status, String code) {
    return new Variant(Dialect.DEEPGRAM, status, code);
  }
}
