import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { useAction } from "./load";
import { Button, Notice } from "./parts";

/** A modal dialog, open for as long as it is rendered; without `onClose`, its own buttons are the only way out. */
export function Dialog({ title, onClose, children, wide }: { title: string; onClose?: () => void; children: ComponentChildren; wide?: boolean }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current!;
    if (!dialog.open) dialog.showModal();
    // Not by the attribute autofocus, which browsers process once in the life of a page, and complain of.
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      class={wide ? "wide" : ""}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onMouseDown={(event) => event.target === element.current && onClose?.()}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose && <Button kind="quiet" icon="close" label={t.close} onClick={onClose} />}
      </div>
      {children}
    </dialog>
  );
}

/** A dialog with a form, which closes once what it does has succeeded. */
export function FormDialog({
  title,
  action,
  onSubmit,
  onClose,
  onDone = onClose,
  disabled,
  children,
}: {
  title: string;
  action: string;
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  /** What happens then, in place of closing. */
  onDone?: () => void;
  disabled?: boolean;
  children: ComponentChildren;
}) {
  const { busy, error, run } = useAction();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={async (event) => {
          event.preventDefault();
          if (await run(onSubmit)) onDone();
        }}
      >
        {children}
        {error && <Notice>{error}</Notice>}
        <div class="dialog-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="primary" type="submit" busy={busy} disabled={disabled}>{action}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, action, onConfirm, onClose }: { title: string; text: ComponentChildren; action: string; onConfirm: () => Promise<void>; onClose: () => void }) {
  const { busy, error, run } = useAction();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {error && <Notice>{error}</Notice>}
      <div class="dialog-actions">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button kind="danger" busy={busy} onClick={async () => (await run(onConfirm)) && onClose()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
