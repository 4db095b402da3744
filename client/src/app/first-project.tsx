import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import styles from './first-project.module.css';
import type { CallHub } from './hub-http.ts';

const ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** A hub without projects: agents of a repository make their own on first use; a person may make it here. */
export function FirstProject({ callHub, onCreated }: { callHub: CallHub; onCreated: () => void }) {
  const [id, setId] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await callHub(id, 'project.create', { id });
    setBusy(false);
    if (answer.ok) onCreated();
    else setProblem(answer.error.message);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} data-testid="first-project">
      <h1 className={styles.title}>Name your project</h1>
      <p>
        Agents, tasks and locks belong to a project, usually one repository. An agent that connects makes it by itself;
        then this page goes on alone.
      </p>
      <Field label="Project" hint="1–63 of a–z 0–9 _ -" error={problem ?? undefined}>
        <TextInput value={id} onChange={(event) => setId(event.target.value.toLowerCase())} placeholder="acme-api" />
      </Field>
      <Button type="submit" look="strong" disabled={!ID.test(id)} pending={busy}>
        Create project
      </Button>
    </form>
  );
}
