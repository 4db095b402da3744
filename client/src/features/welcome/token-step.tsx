import { useCan, useCommand } from '../../hub/use-hub.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './welcome.module.css';

export interface TokenStepProps {
  project: string;
  token: string | null;
  onToken: (token: string) => void;
}

/** Makes a token for agents of this project. It is kept by this page alone: the hub does not show it again. */
export function TokenStep({ project, token, onToken }: TokenStepProps) {
  const can = useCan();
  const { run, pending, error, disabled } = useCommand();
  const create = async () => {
    const ack = await run('token.create', { role: 'agent', project });
    if (ack.ok) onToken(ack.token);
  };
  if (token !== null) {
    return (
      <p className={styles.token} data-testid="token">
        <code>{token}</code> <CopyButton text={token} label="Copy the token" />
        <span className={styles.note}>
          Shown once. It lets agents into {project} and nothing else; it is already in the snippets below.
        </span>
      </p>
    );
  }
  if (!can('token.create'))
    return <p className={styles.note}>Only an admin makes tokens: ask yours for one for {project}.</p>;
  return (
    <div className={styles.row}>
      <Button
        look="strong"
        pending={pending}
        unavailable={disabled ? 'Available when live' : undefined}
        onClick={() => void create()}
        data-testid="create-token"
      >
        {pending ? 'Making it…' : 'Create a token'}
      </Button>
      <span className={styles.note}>
        For agents of {project}. A TypeScript agent on the hub’s own machine needs none.
      </span>
      {error !== null && (
        <p className={styles.error} role="alert">
          {error.message}
        </p>
      )}
    </div>
  );
}
