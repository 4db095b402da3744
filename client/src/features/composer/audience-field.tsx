import { type KeyboardEvent, type Ref, useId, useMemo, useState } from 'react';
import { type Audience, suggestions, tokenOf } from '../../hub/audience.ts';
import { plural } from '../../hub/format.ts';
import { useHub, useIds } from '../../hub/use-hub.ts';
import styles from './composer.module.css';

const NAMED = 6;
/** A browser's list of thousands helps nobody; what is typed narrows it anyway. */
const SUGGESTED = 300;

/** `→ 12 agents: m_01, m_02 … and 10 more (1 lost)` */
function Count({ audience, tokens }: { audience: Audience; tokens: readonly string[] }) {
  if (tokens.length === 0) return <p className={styles.count}>an agent, role:… or all</p>;
  const { ids, lost, empty } = audience;
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  return (
    <div data-testid="audience-count">
      <p className={styles.count} title={ids.join(', ')}>
        → <strong>{plural(ids.length, 'agent')}</strong>
        {ids.length > 0 && `: ${ids.slice(0, NAMED).join(', ')}${more}`}
      </p>
      {lost.length > 0 && (
        <p className={styles.warning}>
          ⚠{' '}
          {lost.length === 1
            ? `${lost[0]} is lost: it gets this when it is back.`
            : `${lost.length} are lost: they get this when they are back.`}
        </p>
      )}
      {empty.length > 0 && <p className={styles.warning}>⚠ Nobody here is {empty.join(', ')}.</p>}
    </div>
  );
}

export interface AudienceFieldProps {
  tokens: readonly string[];
  audience: Audience;
  onChange: (tokens: readonly string[]) => void;
  ref?: Ref<HTMLInputElement>;
}

/** Whom it is for, apart from the text, so that nobody is addressed by a slip of the pen. */
export function AudienceField({ tokens, audience, onChange, ref }: AudienceFieldProps) {
  const { db } = useHub();
  const here = useIds('agent.here:yes');
  const [text, setText] = useState('');
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index tells when to look again
  const known = useMemo(() => suggestions(db), [db, here]);
  const add = (written: string) => {
    const token = tokenOf(written);
    setText('');
    if (token !== '' && !tokens.includes(token)) onChange([...tokens, token]);
  };
  const onInput = (value: string) => {
    // A choice from the browser's list comes as a whole; typing ends with a comma or a blank.
    if (/[,\s]$/.test(value) || (value.length - text.length > 1 && known.includes(tokenOf(value)))) add(value);
    else setText(value);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      add(text);
    }
    if (event.key === 'Backspace' && text === '') onChange(tokens.slice(0, -1));
  };
  return (
    <div className={styles.audience}>
      <label htmlFor={id} className={styles.label}>
        To
      </label>
      <div className={styles.chips}>
        {tokens.map((token) => (
          <button
            key={token}
            type="button"
            className={styles.chip}
            aria-label={`Remove ${token}`}
            onClick={() => onChange(tokens.filter((other) => other !== token))}
          >
            @{token} ✕
          </button>
        ))}
        <input
          ref={ref}
          id={id}
          className={styles.input}
          list={`${id}-list`}
          value={text}
          autoComplete="off"
          spellCheck={false}
          placeholder={tokens.length === 0 ? '@all, @role:…, @agent' : ''}
          onChange={(event) => onInput(event.target.value)}
          onKeyDown={onKey}
          onBlur={() => add(text)}
        />
        <datalist id={`${id}-list`}>
          {known.slice(0, SUGGESTED).map((token) => (
            <option key={token} value={token} />
          ))}
        </datalist>
      </div>
      <Count audience={audience} tokens={tokens} />
    </div>
  );
}
