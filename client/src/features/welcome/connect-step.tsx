import { useState } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { LANGUAGES, type Language, type Snippet, snippetsFor } from './snippets.ts';
import styles from './welcome.module.css';

const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const DEFAULT_ID = 'agent-1';

function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.copyable}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls must be reachable to be scrolled by keys */}
      <section className={styles.scroller} tabIndex={0} aria-label={label}>
        <pre className={styles.code}>{text}</pre>
      </section>
      <div className={styles.copy}>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
    </div>
  );
}

function SnippetView({ snippet, agentId }: { snippet: Snippet; agentId: string }) {
  return (
    <div className={styles.stack}>
      {snippet.install !== null && <Copyable text={snippet.install} label="what to install" />}
      <Copyable text={snippet.code} label={`${snippet.label} program of ${agentId}`} />
    </div>
  );
}

/** Programs to paste and run, filled in with what is known here. */
export function ConnectStep({ url, project, token }: { url: string; project: string; token: string | null }) {
  const [language, setLanguage] = useState<Language>('typescript');
  const [typed, setTyped] = useState(DEFAULT_ID);
  const valid = AGENT_ID.test(typed);
  const agentId = valid ? typed : DEFAULT_ID;
  const snippets = snippetsFor({ url, project, agentId, role: 'speed_developer', token });
  const tabs = LANGUAGES.map((key) => ({
    key,
    label: snippets[key].label,
    content: <SnippetView snippet={snippets[key]} agentId={agentId} />,
  }));
  return (
    <div className={styles.stack}>
      <div className={styles.narrow}>
        <Field
          label="Name of the agent"
          error={valid ? undefined : '1–64 of A–Z a–z 0–9 . _ -, a letter or digit first'}
        >
          <TextInput value={typed} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      </div>
      <Tabs label="Language" tabs={tabs} value={language} onChange={setLanguage} />
      <p className={styles.note}>
        Or tell a language model that can run commands to read <code>{url}/agent.md</code>
      </p>
    </div>
  );
}
