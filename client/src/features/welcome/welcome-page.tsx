import { type ReactNode, useState } from 'react';
import { useHub, useIds } from '../../hub/use-hub.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ConnectStep } from './connect-step.tsx';
import { FirstTask } from './first-task.tsx';
import { HeartbeatStep } from './heartbeat-step.tsx';
import { TokenStep } from './token-step.tsx';
import styles from './welcome.module.css';

const DEMO = 'npx signalbox demo ~/some/repository';
const SIM = 'npx signalbox sim --agents 25';

function Step({
  number,
  title,
  done,
  children,
}: {
  number: number;
  title: string;
  done: boolean;
  children: ReactNode;
}) {
  return (
    <li className={styles.step}>
      <h2 className={styles.title}>
        <span className={styles.number}>{number}</span> {title} {done && <span className={styles.note}>✓ done</span>}
      </h2>
      {children}
    </li>
  );
}

/** How the first agent gets here. Nothing has to be reloaded: the page turns into its card. */
export function WelcomePage() {
  const { project } = useHub();
  const [token, setToken] = useState<string | null>(null);
  const here = useIds('agent.here:yes').length > 0;
  const url = location.origin;
  return (
    <div className={styles.page} data-testid="welcome-page">
      <h1 className={styles.heading}>Connect the first agent of {project}</h1>
      <ol className={styles.steps}>
        <Step number={1} title="A token" done={token !== null}>
          <TokenStep project={project} token={token} onToken={setToken} />
        </Step>
        <Step number={2} title="Connect" done={here}>
          <ConnectStep url={url} project={project} token={token} />
        </Step>
        <Step number={3} title="First heartbeat" done={here}>
          <HeartbeatStep url={url} tokenMade={token !== null} />
        </Step>
        {here && (
          <Step number={4} title="A task" done={false}>
            <FirstTask />
          </Step>
        )}
      </ol>
      <section className={styles.demo} aria-label="Demo">
        <p>No agent at hand? Six of them inventory a repository of yours, in a project of their own:</p>
        <p className={styles.row}>
          <code>{DEMO}</code> <CopyButton text={DEMO} label="Copy the demo command" />
        </p>
        <p>Or a simulated fleet, which is marked as such everywhere and removed with one press:</p>
        <p className={styles.row}>
          <code>{SIM}</code> <CopyButton text={SIM} label="Copy the simulation command" />
        </p>
      </section>
    </div>
  );
}
