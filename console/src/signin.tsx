import { useState } from "preact/hooks";
import { ApiError, identify } from "./api";
import { LanguageChoice } from "./app";
import { t } from "./i18n";
import { signedOutBecause, signIn } from "./session";
import { Logo } from "./ui/icons";
import { useAction } from "./ui/load";
import { Button, Notice, TextField } from "./ui/parts";

export function SignIn() {
  const [key, setKey] = useState("");
  const { busy, error, run } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const secret = key.trim();
      try {
        signIn(secret, await identify(secret));
      } catch (failure) {
        throw failure instanceof ApiError && failure.status === 401 ? new Error(t.signin.refused) : failure;
      }
    });
  };
  return (
    <main class="signin">
      <div class="signin-card">
        <Logo />
        <h1>{t.signin.title}</h1>
        <p class="quiet">{t.signin.lead}</p>
        <form onSubmit={submit}>
          <TextField
            label={t.signin.key}
            value={key}
            onValue={setKey}
            type="password"
            required
            autocomplete="off"
            spellcheck={false}
            placeholder="sgk_…"
            autofocus
          />
          {(error || signedOutBecause.value) && <Notice>{error || signedOutBecause.value}</Notice>}
          <Button kind="primary" type="submit" busy={busy}>{t.signin.submit}</Button>
        </form>
        <footer class="signin-foot">
          <a href="/docs">{t.signin.docs}</a>
          <LanguageChoice />
        </footer>
      </div>
    </main>
  );
}
