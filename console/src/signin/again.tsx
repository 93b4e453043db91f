import { useState } from "preact/hooks";
import { told } from "../api";
import { t } from "../i18n";
import { Dialog } from "../ui/dialogs";
import { Button, Notice } from "../ui/parts";
import { asking, leaveForGood, signInBeside } from "./flow";

/** Shown over the page, while the session has ended: what the page shows stays as it is, and goes on afterwards. */
export function SignInAgain() {
  const [error, setError] = useState("");
  if (!asking.value) return null;
  const failed = (failure: unknown) => setError(told(failure));
  return (
    <Dialog title={t.signin.endedTitle}>
      <p>{t.signin.ended}</p>
      {error && <Notice>{error}</Notice>}
      <div class="dialog-actions">
        <Button onClick={() => void leaveForGood()}>{t.signOut}</Button>
        <Button
          kind="primary"
          data-first
          onClick={() => {
            setError("");
            signInBeside(failed).catch(failed);
          }}
        >
          {t.signin.again}
        </Button>
      </div>
    </Dialog>
  );
}
