import { useState } from 'react';
import { useNavigation } from '../../hub/navigation.ts';
import { useCommand } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/field.tsx';
import { PRIORITY_WORDS } from '../../ui/priority-glyph.tsx';
import { type Draft, EMPTY_DRAFT, faultOf, toCreateInput } from './create-input.ts';
import styles from './create-task-dialog.module.css';

const PRIORITIES = Object.entries(PRIORITY_WORDS).map(([value, word]) => ({ value, label: `${value} ${word}` }));

export interface CreateTaskDialogProps {
  open: boolean;
  onClose: () => void;
}

/** Creates one task and opens it. What was typed stays until it was created, also when the dialog is closed. */
export function CreateTaskDialog({ open, onClose }: CreateTaskDialogProps) {
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const { run, pending, error, disabled, clearError } = useCommand();
  const navigation = useNavigation();
  const fault = faultOf(error);
  const put = (field: keyof Draft) => (value: string | boolean) =>
    setDraft((before) => ({ ...before, [field]: value }));
  const typed = (field: Exclude<keyof Draft, 'review'>) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => put(field)(event.target.value),
  });
  const errorOf = (field: keyof Draft) => (fault?.field === field ? fault.message : undefined);
  const create = async () => {
    const ack = await run('task.create', toCreateInput(draft));
    if (!ack.ok) return;
    // Whatever was typed while it was on its way is the next one's.
    setDraft((now) => (now === draft ? EMPTY_DRAFT : now));
    onClose();
    navigation.open({ kind: 'task', id: ack.task.id });
  };
  const close = () => {
    clearError();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Create a task"
      description="The hub gives it to the agent that fits best, as soon as what it depends on is done."
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label="Title" error={errorOf('title')}>
          <TextInput {...typed('title')} required maxLength={200} autoFocus />
        </Field>
        <Field label="Description" error={errorOf('description')}>
          <TextArea {...typed('description')} />
        </Field>
        <div className={styles.pair}>
          <Field label="Priority" error={errorOf('priority')}>
            <Select value={draft.priority} onPick={put('priority')} options={PRIORITIES} />
          </Field>
          <Field label="Type" hint="Your own word, for filtering" error={errorOf('type')}>
            <TextInput {...typed('type')} maxLength={40} />
          </Field>
        </div>
        <Field label="Depends on" hint="Task ids: T-3, T-4" error={errorOf('dependencies')}>
          <TextInput {...typed('dependencies')} />
        </Field>
        <Field label="Files it will write" hint="Paths, folders (src/) or globs, one per line" error={errorOf('files')}>
          <TextArea {...typed('files')} rows={2} />
        </Field>
        <Field
          label="Required capabilities"
          hint="Only agents that have all of them get it"
          error={errorOf('requires')}
        >
          <TextInput {...typed('requires')} />
        </Field>
        <label className={styles.check}>
          <input type="checkbox" checked={draft.review} onChange={(event) => put('review')(event.target.checked)} />{' '}
          Done only when somebody has reviewed it
        </label>
        {fault !== null && fault.field === null && (
          <p className={styles.error} role="alert">
            {fault.message}
          </p>
        )}
        <DialogActions>
          <Button onClick={close}>Close</Button>
          <Button
            type="submit"
            look="strong"
            pending={pending}
            unavailable={disabled ? 'Available when live' : undefined}
            disabled={draft.title.trim() === ''}
          >
            {pending ? 'Sending…' : 'Create task'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
