import type { FunctionComponent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, identify, told } from "./api";
import { language, LANGUAGES, speak, t } from "./i18n";
import { href, place } from "./router";
import { may, session, signIn, signOut, storedKey } from "./session";
import { LivePage } from "./live/page";
import { MediaPage } from "./media/page";
import { RoomsPage } from "./rooms/page";
import { OperatorPage } from "./operator/page";
import { SpeakersPage } from "./speakers/page";
import { UsagePage } from "./usage/page";
import { SignIn } from "./signin";
import { TranscribePage } from "./transcribe/page";
import { Icon, Logo, type IconName } from "./ui/icons";
import { Button, Empty, Notice, Said } from "./ui/parts";

interface Entry {
  name: IconName & keyof Messages["pages"];
  /** The permission without which the page is not shown; none for everybody's. */
  needs?: string;
  page: FunctionComponent<{ argument: string }>;
}

type Messages = typeof t;

const ENTRIES: Entry[] = [
  { name: "transcribe", needs: "scaiecho:transcribe", page: TranscribePage },
  { name: "live", needs: "scaiecho:transcribe", page: LivePage },
  { name: "media", needs: "media:read", page: MediaPage },
  { name: "rooms", needs: "rooms", page: RoomsPage },
  { name: "speakers", page: SpeakersPage },
  { name: "usage", needs: "admin", page: UsagePage },
  { name: "operator", needs: "operator", page: OperatorPage },
];

export function App() {
  const tag = language.value;
  const [starting, setStarting] = useState(storedKey() !== null);
  const [failure, setFailure] = useState("");
  const resume = async () => {
    const key = storedKey();
    setFailure("");
    try {
      if (key) signIn(key, await identify(key));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) signOut(t.errors.keyEnded);
      else setFailure(told(error));
    }
    setStarting(false);
  };
  useEffect(() => void resume(), []);
  if (failure) {
    return (
      <main class="alone">
        <Notice action={<Button icon="retry" onClick={() => void resume()}>{t.retry}</Button>}>{failure}</Notice>
      </main>
    );
  }
  if (starting) return <main class="alone" aria-busy="true" />;
  return session.value ? <Shell key={tag} /> : <SignIn key={tag} />;
}

function Shell() {
  const { page, argument } = place.value;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const allowed = ENTRIES.filter(({ needs }) => !needs || may(needs));
  const entry = ENTRIES.find(({ name }) => name === page) ?? allowed[0];
  useEffect(() => {
    document.title = entry ? `${t.pages[entry.name]} · Parley` : "Parley";
    // A new page is announced and read from its heading on, as after loading a document.
    if (!first.current) main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    first.current = false;
    window.scrollTo(0, 0);
    // On a phone, the pages are in a row that is longer than the screen.
    document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [page, argument]);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>{t.skip}</a>
      <aside class="side">
        <a class="brand" href={allowed[0] ? href(allowed[0].name) : "#/"}>
          <Logo /> Parley
        </a>
        <nav aria-label={t.navigation}>
          <ul>
            {allowed.map(({ name }) => (
              <li key={name}>
                <a href={href(name)} aria-current={entry?.name === name ? "page" : undefined}>
                  <Icon name={name} />
                  <span>{t.pages[name]}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Account />
      </aside>
      <main id="main" ref={main} tabIndex={-1}>
        {!entry || (entry.needs && !may(entry.needs)) ? (
          <Empty icon="key" title={t.notPermitted}>
            {entry?.needs ? t.needsPermission(entry.needs) : t.noPage}
          </Empty>
        ) : (
          <entry.page key={entry.name} argument={argument} />
        )}
      </main>
      <Said />
    </div>
  );
}

function Account() {
  const me = session.value!.me;
  return (
    <div class="account">
      <div class="who">
        <span class="who-name">{me.user}</span>
        <span class="quiet">{me.tenant}</span>
      </div>
      <LanguageChoice />
      <Button kind="quiet" icon="out" label={t.signOut} onClick={() => { signOut(); location.hash = ""; }} />
    </div>
  );
}

export function LanguageChoice() {
  return (
    <select class="language" aria-label={t.language} value={language.value} onChange={(event) => speak(event.currentTarget.value)}>
      {Object.keys(LANGUAGES).map((tag) => (
        <option key={tag} value={tag}>{tag.toUpperCase()}</option>
      ))}
    </select>
  );
}
