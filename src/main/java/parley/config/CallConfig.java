package parley.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The LiveKit server for calls, and the timeouts of calls.
public record CallConfig(
    @Setting(
            "The address of LiveKit's API as this server reaches it, as in http://127.0.0.1:7880."
                + " Empty: there are no calls.")
        Optional<URI> livekitUrl,
    @Setting(
            "The address under which clients reach LiveKit, as in https://livekit.example.org, when"
                + " that is not calls.livekit_url.")
        Optional<URI> livekitPublicUrl,
    @Setting("The API key, as in LiveKit's own configuration.") String livekitKey,
    @Setting(
            "The secret of that key, of at least 32 characters. Better set as"
                + " PARLEY_CALLS_LIVEKIT_SECRET than in a file.")
        Secret livekitSecret,
    @Setting(
            value = "How long a client may take to connect with a token.",
            byDefault = "600",
            least = 10,
            most = 86_400)
        Duration tokenValid,
    @Setting(
            value = "How long a call rings before it is missed.",
            byDefault = "45",
            least = 1,
            most = 600)
        Duration ringTimeout,
    @Setting(
            value = "How long a call waits for somebody who was let in to connect.",
            byDefault = "60",
            least = 1,
            most = 600)
        Duration connecting,
    @Setting(
            value = "How long a call waits for somebody who lost the connection.",
            byDefault = "20",
            least = 1,
            most = 600)
        Duration reconnecting,
    @Setting(
            value =
                "How often LiveKit is asked about every live call, for what its webhooks did not"
                    + " tell.",
            byDefault = "15",
            least = 1,
            most = 600)
        Duration lookEvery,
    @Setting(
            value =
                "How often LiveKit is asked about a call that rings, or waits for somebody to connect"
                    + " or to come back, or for LiveKit itself.",
            byDefault = "2",
            least = 1,
            most = 600)
        Duration awaitedLookEvery,
    @Setting(
            value = "How long LiveKit may stay silent before a call counts as failed.",
            byDefault = "120",
            least = 5,
            most = 86_400)
        Duration silence,
    @Setting(
            "A folder that LiveKit's egress shares with every node, to record calls without S3. With"
                + " storage.kind = \"s3\" recordings go through the bucket, and this is not used.")
        Optional<Path> recordingsFolder,
    @Setting("The path of that folder as egress sees it, when that is not calls.recordings_folder.")
        String egressFolder,
    @Setting(
            value =
                "How long egress may take to come into the call that it is to record, before it is"
                    + " given up.",
            byDefault = "60",
            least = 1,
            most = 3_600)
        Duration recordingBegin,
    @Setting(
            value =
                "How long egress may take to put a finished recording in its place, before it is"
                    + " looked for without egress's word and else given up.",
            byDefault = "900",
            least = 1,
            most = 86_400)
        Duration recordingFinish) {}
