// What the API answers, as far as the console uses it; src/main/resources/openapi.yaml is the whole.

export interface SpeakerTag {
  label?: string;
  id?: string;
  display_name?: string;
}

export interface Word {
  start: number;
  end: number;
  text: string;
}

export interface Segment {
  start: number;
  end: number;
  text: string;
  speaker?: SpeakerTag;
  words?: Word[];
}

export interface Voice {
  label: string;
  id?: string;
  display_name?: string;
  talk_seconds: number;
}

export type JobStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

export interface Job {
  job_id: string;
  status: JobStatus;
  progress: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: { code: string; message: string } | null;
  filename?: string;
  media_id?: string;
  transcript?: string;
  segments?: Segment[];
  language?: string | null;
  duration?: number;
  speakers?: Voice[];
  retained_media_id?: string;
}

export interface Media {
  media_id: string;
  size: number;
  mime_type: string;
  thumbnail_id: string | null;
  thumbnail_status: "pending" | "ready" | "none";
  width: number | null;
  height: number | null;
  duration: number | null;
  scan_status: "pending" | "clean" | "infected" | "skipped";
  filename: string;
  description: string | null;
  tenant_scope: boolean;
  created_at: string;
  expires_at: string | null;
}

export interface Room {
  id: string;
  name: string;
  topic: string | null;
  room_type: "group" | "public";
  creator_id: string;
  created_at: string;
}

/** The power level from which a member may change a room and its members. */
export const ADMIN_POWER = 50;

export interface Member {
  participant_id: string;
  membership: "invite" | "join" | "leave";
  power_level: number;
  joined_at: string | null;
  participant: { display_name: string };
}

export interface RoomMessage {
  id: string;
  sender_id: string | null;
  origin_ts: string;
  content: { msgtype: string; body?: string; media_id?: string; text?: string; call_id?: string; job_id?: string; language?: string | null };
}

export interface Call {
  id: string;
  room_id: string;
  type: "audio" | "video";
  status: "ringing" | "active" | "ended";
  started_at: string;
  ended_at: string | null;
  end_reason: "completed" | "cancelled" | "rejected" | "missed" | "failed" | null;
  participants: { participant_id: string }[];
  recordings: CallRecording[];
}

export interface CallRecording {
  id: string;
  /** Whose voice it has; null for everybody's. */
  participant_id: string | null;
  status: string;
  started_by: string;
  media_id: string | null;
  reason: string | null;
  transcript_job_id: string | null;
}

export interface Measured {
  speech_seconds: number;
  duration_seconds: number;
  snr_db: number | null;
  peak_dbfs: number;
  clipped_ratio: number;
  voices: number;
  fail_reasons: string[];
  limits: { min_speech_seconds: number; max_duration_seconds: number; min_snr_db: number; max_clipped_ratio: number; max_voices: number };
}

export interface Preflight {
  reference: Measured;
  consent: Measured | null;
  same_voice: number | null;
  consent_text_match: number | null;
  fail_reasons: string[];
  limits: { min_same_voice: number; min_consent_text_match: number | null };
}

export interface Speaker {
  id: string;
  display_name: string;
  language_primary: string;
  description: string | null;
  user_id: string | null;
  status: "pending" | "processing" | "ready" | "stale" | "failed";
  percent: number;
  created_at: string;
  expires_at: string;
}

export interface Consent {
  consent_user_full_name: string;
  consent_stated_purpose: string;
  consent_text: string;
  recorded_at: string;
  sequence: number;
  hash: string;
  reference_sha256: string[];
  consent_sha256: string;
}

export interface Erasure {
  id: string;
  speaker_id: string;
  reason: "deleted" | "withdrawn" | "expired";
  erased_at: string;
}

export interface Key {
  id: string;
  user_id: string;
  user: string;
  name: string;
  permissions: string[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  key?: string;
}

export interface Usage {
  tenant: string;
  user?: string;
  day?: string;
  calls: number;
  audio_seconds: number;
  cost: number;
}

export interface StorageUsage {
  stored_bytes: number;
  days: { day: string; added_bytes: number }[];
}

export interface Tenant {
  id: string;
  name: string;
  max_storage_mb: number | null;
  recordings_enabled: boolean;
  speech_budget_seconds: number | null;
  retention_days: number | null;
  created_at: string;
}

export interface AuditEvent {
  id: string;
  at: string;
  user_id: string | null;
  action: string;
  subject: string;
  details: Record<string, string>;
}

/** What somebody who speaks is called: by name, else by label. */
export function nameOf(tag: SpeakerTag | undefined): string {
  return tag?.display_name ?? tag?.label ?? "";
}
