package parley.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The LiveKit server for calls, and the timeouts of calls.
public record CallConfig(
    @Setting(
            "The URL of LiveKit's API as this server reaches it, such as http://127.0.0.1:7880."
                + " If empty, there are no calls.")
        Optional<URI> livekitUrl,
    @Setting(
            "The URL at which clients reach LiveKit, such as https://livekit.example.org, if it"
                + " differs from calls.livekit_url.")
        Optional<URI> livekitPublicUrl,
    @Setting("The API key, as in LiveKit's configuration.") String livekitKey,
    @Setting(
            "The secret of that key, at least 32 characters. Prefer PARLEY_CALLS_LIVEKIT_SECRET"
                + " to a file.")
        Secret livekitSecret,
    @Setting(
            value = "How long a token is valid for connecting.",
            defaultValue = "600",
            range = {10, 86_400})
        Duration tokenValid,
    @Setting(
            value = "How long a call rings before it counts as missed.",
            defaultValue = "45",
            range = {1, 600})
        Duration ringTimeout,
    @Setting(
            value = "How long a call waits for a participant who has a token to connect.",
            defaultValue = "60",
            range = {1, 600})
        Duration connecting,
    @Setting(
            value = "How long a call waits for a participant who lost the connection.",
            defaultValue = "20",
            range = {1, 600})
        Duration reconnecting,
    @Setting(
            value =
                "How often LiveKit is asked about each active call, in case webhooks were lost.",
            defaultValue = "15",
            range = {1, 600})
        Duration lookEvery,
    @Setting(
            value =
                "How often LiveKit is asked about a call that is ringing, or waiting for"
                    + " somebody to connect or reconnect, or for LiveKit itself.",
            defaultValue = "2",
            range = {1, 600})
        Duration awaitedLookEvery,
    @Setting(
            value = "How long LiveKit may be silent before a call fails.",
            defaultValue = "120",
            range = {5, 86_400})
        Duration silence,
    @Setting(
            "A folder that LiveKit's egress shares with every node, for recording calls without"
                + " S3. With storage.kind = \"s3\", recordings go through the bucket and this is"
                + " ignored.")
        Optional<Path> recordingsFolder,
    @Setting(
            "The path of that folder as egress sees it, if it differs from"
                + " calls.recordings_folder.")
        String egressFolder,
    @Setting(
            value =
                "How long egress may take to join a call that it is to record, before the"
                    + " recording fails.",
            defaultValue = "60",
            range = {1, 3_600})
        Duration recordingBegin,
    @Setting(
            value =
                "How long egress may take to deliver a finished recording. After that, the file"
                    + " is accepted without egress's confirmation if it is there; otherwise the"
                    + " recording fails.",
            defaultValue = "900",
            range = {1, 86_400})
        Duration recordingFinish) {}
