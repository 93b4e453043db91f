package parley.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import parley.testing.Browser;
import parley.testing.TestCaller;
import parley.testing.TestCaller.Answer;
import parley.testing.TestServer;

/// Calls from pages of other origins, with a real browser and a simulated one.
@Tag("slow")
@Timeout(240)
class CrossOriginTest {
  private static final String OURS = "https://app.example.org";

  private final TestServer server = TestServer.shared();
  private final TestCaller alice = server.newTenant();

  @Test
  void letsAPageOfAnotherOriginUploadReadAndDelete() throws Exception {
    try (Browser browser = Browser.start()) {
      // Another name is another origin.
      URI page = server.uri("/healthz");
      browser.open(URI.create(page.toString().replace("127.0.0.1", "localhost")));

      assertThat(
              browser.evaluate(
                  """
                  (async () => {
                    const api = '%s', headers = {Authorization: 'Bearer %s'};
                    const form = new FormData();
                    form.append('file', new Blob(['0123456789']), 'ten.txt');
                    const made = await fetch(api + '/v1/media/upload', {method: 'POST', headers, body: form});
                    const id = (await made.json()).data.media_id, file = api + '/v1/media/' + id;
                    const part = await fetch(api + '/v1/media/download/' + id, {
                      headers: {...headers, Range: 'bytes=2-4'}});
                    const signed = await fetch(api + '/v1/media/signed/' + id, {headers});
                    const link = await fetch((await signed.json()).data.url);
                    const changed = await fetch(file, {
                      method: 'PATCH', headers: {...headers, 'Content-Type': 'application/json'}, body: '{}'});
                    const gone = await fetch(file, {method: 'DELETE', headers});
                    const stranger = await fetch(file + '/info', {headers: {Authorization: 'Bearer none'}});
                    return [
                      made.status, part.status, await part.text(), part.headers.get('Content-Range'),
                      await link.text(),
                      changed.status, gone.status, stranger.status, (await stranger.json()).error.code,
                    ].join(' ');
                  })()
                  """
                      .formatted(server.uri(""), alice.token())))
          .isEqualTo("200 206 234 bytes 2-4/10 0123456789 200 204 401 SW_AUTH_INVALID_TOKEN");
      assertThat(
              browser.evaluate(
                  "fetch('%s').then(() => 'read', () => 'hidden')"
                      .formatted(server.uri("/metrics"))))
          .as("what is for operators")
          .isEqualTo("hidden");
    }
  }

  @Test
  void allowsOnlyTheConfiguredOrigins() {
    try (TestServer narrow =
        TestServer.start(Map.of("server.roles", "api", "server.cors_origins", OURS))) {
      TestCaller bob = narrow.newTenant();
      Answer ours = bob.get("/v1/jobs", "Origin", OURS);
      assertThat(ours.header("Access-Control-Allow-Origin")).isEqualTo(OURS);
      assertThat(ours.header("Access-Control-Allow-Credentials")).isNull();
      assertThat(ours.header("Vary")).isEqualTo("Origin");

      Answer theirs = bob.get("/v1/jobs", "Origin", "https://evil.example");
      assertThat(theirs.status()).isEqualTo(200);
      assertThat(theirs.header("Access-Control-Allow-Origin")).isNull();
      assertThat(theirs.header("Vary")).as("for caches").isEqualTo("Origin");

      Answer asked = ask(bob, OURS);
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("Access-Control-Allow-Methods")).isEqualTo("DELETE");
      assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("authorization,x-own");
      assertThat(ask(bob, "https://evil.example").status()).isEqualTo(405);
    }
  }

  private static Answer ask(TestCaller caller, String origin) {
    HttpRequest.Builder request =
        caller
            .request("/v1/jobs")
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "DELETE")
            .header("Access-Control-Request-Headers", "authorization,x-own");
    return caller.send(request);
  }
}
