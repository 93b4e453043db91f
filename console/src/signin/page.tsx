import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, identify } from "../api";
import { t } from "../i18n";
import { signedOutBecause, signIn } from "../session";
import { Logo } from "../ui/icons";
import { LanguageChoice } from "../ui/languages";
import { useAction, useLoad } from "../ui/load";
import { Button, Notice, TextField } from "../ui/parts";
import { leave } from "./flow";
import { client } from "./issuer";

export function SignIn() {
  const [key, setKey] = useState("");
  const { busy, error, run } = useAction();
  const issuer = useLoad(client);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (issuer.data === null) form.current?.querySelector("input")?.focus();
  }, [issuer.data]);
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const secret = key.trim();
      try {
        signIn({ key: secret, issued: undefined }, await identify(secret));
      } catch (failure) {
        throw failure instanceof ApiError && failure.status === 401 ? new Error(t.signin.refused) : failure;
      }
    });
  };
  const wrong = error || issuer.error || signedOutBecause.value;
  return (
    <main class="signin">
      <div class="signin-card">
        <Logo />
        <h1>{t.signin.title}</h1>
        {wrong && <Notice>{wrong}</Notice>}
        {issuer.data && (
          <>
            <Button kind="primary" busy={busy} onClick={() => void run(leave)}>{t.signin.at(new URL(issuer.data.issuer).host)}</Button>
            <p class="divider">{t.signin.or}</p>
          </>
        )}
        {(issuer.data !== undefined || issuer.error) && (
          <form ref={form} onSubmit={submit}>
            <TextField
              label={t.signin.key}
              hint={t.signin.keyHint}
              value={key}
              onValue={setKey}
              type="password"
              required
              autocomplete="off"
              spellcheck={false}
              placeholder="sgk_…"
            />
            <Button kind={issuer.data ? "plain" : "primary"} type="submit" busy={busy}>{t.signin.submit}</Button>
          </form>
        )}
        <footer class="signin-foot">
          <a href="/docs">{t.signin.docs}</a>
          <LanguageChoice />
        </footer>
      </div>
    </main>
  );
}
