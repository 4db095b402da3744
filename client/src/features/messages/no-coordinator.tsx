import { useNavigation } from '../../hub/navigation.ts';
import { useCan, useCommand } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import styles from './reply-box.module.css';
import type { Reply } from './use-reply.ts';

const TITLE_MAX = 200;

/** What was written, as a task: its first line is the title, what follows the description; nothing is said twice. */
export function taskOf(text: string): { title: string; description?: string } {
  const whole = text.trim();
  const [first = '', ...rest] = whole.split('\n');
  const title = first.trim();
  // A line that is cut goes on in the description, which then has to have all of it.
  if (title.length > TITLE_MAX) return { title: title.slice(0, TITLE_MAX), description: whole };
  const description = rest.join('\n').trim();
  return description === '' ? { title } : { title, description };
}

/** Nobody has the role: what a person wanted of the coordinator can be a task, which the hub gives to whom it fits. */
export function NoCoordinator({ reply }: { reply: Reply }) {
  const can = useCan();
  const navigation = useNavigation();
  const { run } = useCommand();
  const { draft, pending, disabled } = reply;
  const create = async () => {
    const ack = await reply.sendAs(() => run('task.create', taskOf(draft.body)));
    if (!ack.ok) return;
    navigation.open({ kind: 'task', id: ack.task.id });
  };
  const unavailable = disabled
    ? 'Available when live'
    : draft.body.trim() === ''
      ? 'Write below what is to be done'
      : undefined;
  return (
    <div className={styles.box} data-testid="no-coordinator">
      <p>No agent with the role coordinator is here. Connect one, or make a task of what you want done.</p>
      {can('task.create') && (
        <div>
          <Button pending={pending} unavailable={unavailable} onClick={() => void create()}>
            {pending ? 'Sending…' : 'Make it a task'}
          </Button>
        </div>
      )}
    </div>
  );
}
