import type { FunctionComponent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { told } from "./api";
import { language, t } from "./i18n";
import { href, place } from "./router";
import { may, session, signedOutBecause, stored } from "./session";
import { CallsPage } from "./calls/page";
import { LivePage } from "./live/page";
import { MediaPage } from "./media/page";
import { RoomsPage } from "./rooms/page";
import { OperatorPage } from "./operator/page";
import { SpeakersPage } from "./speakers/page";
import { UsagePage } from "./usage/page";
import { SignInAgain } from "./signin/again";
import { arrive, isAnswered, leaveForGood, restore } from "./signin/flow";
import { SignIn } from "./signin/page";
import { TranscribePage } from "./transcribe/page";
import { Icon, Logo, type IconName } from "./ui/icons";
import { LanguageChoice } from "./ui/languages";
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
  { name: "calls", needs: "calls", page: CallsPage },
  { name: "speakers", page: SpeakersPage },
  { name: "usage", needs: "admin", page: UsagePage },
  { name: "operator", needs: "operator", page: OperatorPage },
];

export function App() {
  const tag = language.value;
  const [starting, setStarting] = useState(isAnswered() || stored() !== null);
  const [failure, setFailure] = useState("");
  const resume = async () => {
    setFailure("");
    try {
      await (isAnswered() ? arrive() : restore());
    } catch (error) {
      if (stored()) setFailure(told(error));
      else signedOutBecause.value = told(error);
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
      <SignInAgain />
    </div>
  );
}

function Account() {
  const { me, issued } = session.value!;
  return (
    <div class="account">
      <div class="who">
        <span class="who-name">{issued?.name ?? me.user}</span>
        <span class="quiet">{me.tenant}</span>
      </div>
      <LanguageChoice />
      <Button kind="quiet" icon="out" label={t.signOut} onClick={() => void leaveForGood()} />
    </div>
  );
}
