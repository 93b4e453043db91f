package parley.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The HTTP server, its files and its shutdown.
public record ServerConfig(
    @Setting(
            value = "The TCP port to listen on. 0 picks a free one.",
            defaultValue = "8080",
            range = {0, 65535})
        int port,
    @Setting(
            value =
                "The address to listen on. With 0.0.0.0 (all addresses), put a proxy with TLS"
                    + " in front.",
            defaultValue = "127.0.0.1")
        String bind,
    @Setting(
            "The server's public address, such as https://parley.example.org; links in"
                + " responses begin with it. If empty, signed links begin with the address that"
                + " the caller used, and those of the app dialect are relative.")
        Optional<URI> publicUrl,
    @Setting(
            "The proxies in front of this server, as comma-separated addresses or networks,"
                + " such as 10.0.0.5,192.168.0.0/16. Only their X-Forwarded-For (the client's"
                + " address) and X-Forwarded-Proto (whether it used TLS) are trusted. Without"
                + " this, all clients behind a proxy share the limits of one address.")
        String trustedProxies,
    @Setting(
            value =
                "The origins whose pages may call the API from a browser (CORS),"
                    + " comma-separated, such as https://app.example.org. * means all, empty none"
                    + " but the server's own. Browsers do not send tokens by themselves, so this"
                    + " protects nothing that tokens do not.",
            defaultValue = "*")
        Origins corsOrigins,
    @Setting(
            value =
                "The roles of this node, comma-separated: \"api\" answers requests,"
                    + " \"worker\" runs jobs, \"speech\" loads the speech models (backend A),"
                    + " which live captions need. A worker without \"speech\" sends jobs to the"
                    + " relay, so if a cluster has models, keep \"worker\" and \"speech\""
                    + " together.",
            defaultValue = "api,worker,speech")
        Roles roles,
    @Setting(
            value =
                "The folder for everything the server keeps: media files, the embedded"
                    + " database, unfinished uploads. A relative path starts at the working"
                    + " directory.",
            defaultValue = "./data")
        Path dataDir,
    @Setting(
            value = "The format of log lines: \"text\" for people, \"json\" for programs.",
            defaultValue = "text")
        Config.LogFormat logFormat,
    @Setting(
            value =
                "How often WebSocket clients are pinged. A client that leaves two pings"
                    + " unanswered is disconnected. Set it lower than the idle timeout of a proxy"
                    + " in front of the server.",
            defaultValue = "30",
            range = {1, 3600})
        Duration ping,
    @Setting(
            value =
                "How long a stopping server waits for active requests and jobs before it"
                    + " interrupts them. Interrupted jobs run again at the next start.",
            defaultValue = "20",
            range = {0, 3600})
        Duration drain) {}
