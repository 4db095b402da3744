import type { HistoryEvent } from '@signalbox/shared/commands/history';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useNavigation } from '../../hub/navigation.ts';
import { useIds } from '../../hub/use-hub.ts';
import { Field, Select, TextInput } from '../../ui/field.tsx';
import styles from './events.module.css';

/** More choices are typed, not picked. */
const OFFERED = 100;

const KINDS = [
  { value: '', label: 'All objects' },
  ...VISIBLE_KINDS.map((kind) => ({ value: kind, label: `${kind}s` })),
];

interface FilterTextProps {
  label: string;
  name: string;
  placeholder: string;
  choices: readonly string[];
}

/** Written at leisure; it takes effect with Enter, on leaving it, or when one of the choices was picked. */
function FilterText({ label, name, placeholder, choices }: FilterTextProps) {
  const { params, setParams } = useNavigation();
  const set = params[name] ?? '';
  const [text, setText] = useState(set);
  const listId = useId();
  useEffect(() => setText(set), [set]);
  const apply = (value: string) => {
    const wanted = value.trim();
    if (wanted !== set) setParams({ [name]: wanted === '' ? undefined : wanted });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply(text);
  };
  return (
    <form className={styles.filter} onSubmit={submit}>
      <Field label={label} hidden>
        <TextInput
          type="search"
          list={listId}
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            if (target.value === '' || choices.includes(target.value)) apply(target.value);
          }}
          onBlur={() => apply(text)}
        />
      </Field>
      <datalist id={listId}>
        {choices.slice(0, OFFERED).map((choice) => (
          <option key={choice} value={choice} />
        ))}
      </datalist>
    </form>
  );
}

/** Who, what and about what; all of it in the address. `events`: what is shown, whose words are offered. */
export function Filters({ events, ofHub }: { events: readonly HistoryEvent[]; ofHub: boolean }) {
  const { params, setParams } = useNavigation();
  const agents = useIds('agent');
  const people = [...new Set(events.map(({ actor }) => actor))].filter((actor) => !agents.includes(actor)).sort();
  const commands = [...new Set(events.map(({ command }) => command))].sort();
  return (
    <>
      <FilterText
        label="Who did it"
        name="actor"
        placeholder="Who: people, an agent…"
        choices={['people', ...people, ...(ofHub ? [] : agents)]}
      />
      <FilterText label="Command" name="command" placeholder="Command: lock.claim…" choices={commands} />
      {!ofHub && (
        <Field label="About" hidden>
          <Select
            options={KINDS}
            value={params.kind ?? ''}
            onPick={(kind) => setParams({ kind: kind === '' ? undefined : kind })}
          />
        </Field>
      )}
    </>
  );
}
