import { useId } from 'react';
import type { DirectiveAction } from '../../hub/drafts.ts';
import { useHub, useIds } from '../../hub/use-hub.ts';
import { visibleText } from '../../hub/visible-text.ts';
import { Field, TextInput } from '../../ui/field.tsx';

/** A browser's list of thousands helps nobody; what is typed narrows it anyway. */
const SUGGESTED = 200;

/** About agents as a whole. */
const NEVER: ReadonlySet<DirectiveAction> = new Set(['pause', 'resume', 'drain']);
const NEEDED: ReadonlySet<DirectiveAction> = new Set(['assign', 'cancel']);

export interface TaskFieldProps {
  value: string;
  action: DirectiveAction;
  onChange: (taskId: string) => void;
}

/** Which task it is about. What follows from the order is looked for there. */
export function TaskField({ value, action, onChange }: TaskFieldProps) {
  const { db } = useHub();
  const ids = [
    ...useIds('task.status:in_progress'),
    ...useIds('task.status:blocked'),
    ...useIds('task.status:pending'),
  ];
  const list = useId();
  if (NEVER.has(action)) return null;
  return (
    <>
      <Field label={NEEDED.has(action) ? 'Task' : 'About task (optional)'}>
        <TextInput
          list={list}
          value={value}
          placeholder="T-12"
          onChange={(event) => onChange(event.target.value.trim().toUpperCase())}
        />
      </Field>
      <datalist id={list}>
        {ids.slice(0, SUGGESTED).map((id) => (
          <option key={id} value={id}>
            {visibleText(db.get('task', id)?.title ?? '')}
          </option>
        ))}
      </datalist>
    </>
  );
}
