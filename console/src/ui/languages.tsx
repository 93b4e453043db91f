import { language, languageName, LANGUAGES, speak, t } from "../i18n";
import { Field } from "./parts";

/** The languages that the recogniser knows. */
const CODES =
  "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh".split(" ");

/** A choice among languages; the empty value leaves it to the recogniser. */
export function LanguageField({ label, value, onValue, detect = true }: { label: string; value: string; onValue: (code: string) => void; detect?: boolean }) {
  const named = CODES.map((code) => [code, languageName(code)] as const).sort(([, one], [, other]) => one.localeCompare(other, language.value));
  return (
    <Field label={label}>
      {(id) => (
        <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {detect && <option value="">{t.detectLanguage}</option>}
          {named.map(([code, name]) => (
            <option key={code} value={code}>{name}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** The language of the console itself. */
export function LanguageChoice() {
  return (
    <select class="language" aria-label={t.language} value={language.value} onChange={(event) => speak(event.currentTarget.value)}>
      {Object.keys(LANGUAGES).map((tag) => (
        <option key={tag} value={tag}>{tag.toUpperCase()}</option>
      ))}
    </select>
  );
}
