import { useRef, useState } from "preact/hooks";
import { Icon } from "./icons";
import { t } from "../i18n";

/** Takes files that are dropped on it or chosen. */
export function DropZone({ title, hint, accept, onFiles }: { title: string; hint: string; accept?: string; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      class={`drop ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length) onFiles(files);
      }}
    >
      <Icon name="upload" />
      <p class="drop-title">{title}</p>
      <p class="quiet">{hint}</p>
      <button type="button" class="button primary" onClick={() => input.current?.click()}>
        <span>{t.chooseFiles}</span>
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
