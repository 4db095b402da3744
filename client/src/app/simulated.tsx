import { useNavigate, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { plural } from '../hub/format.ts';
import { setPrefs } from '../hub/prefs-store.ts';
import { useCan, useConn, useCounts, useHub } from '../hub/use-hub.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { useProjectList } from './project-list.tsx';
import styles from './simulated.module.css';

/** Says that nothing here is real, in the same calm words everywhere. */
export function SimulatedMark({ place }: { place: 'nav' | 'sentence' }) {
  const { current } = useProjectList();
  if (current?.simulated !== true) return null;
  return (
    <>
      <strong
        className={classNames(styles.mark, styles[place])}
        data-testid={`simulated-${place}`}
        title="This fleet is made up: no agent, no task and no lock here is real."
      >
        {place === 'nav' ? 'Simulated' : 'Simulated fleet.'}
      </strong>{' '}
    </>
  );
}

/** Ends a simulation: everything in it goes, for everybody. Real projects have no such button, and the hub refuses. */
export function RemoveSimulation() {
  const { project } = useHub();
  const { current } = useProjectList();
  const { present, taskTotal } = useCounts();
  const can = useCan();
  const live = useConn((conn) => conn.live);
  const { callHub } = useRouteContext({ from: '__root__' });
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (current?.simulated !== true || !can('project.remove')) return null;
  const close = () => {
    setProblem(null);
    setOpen(false);
  };
  const remove = async () => {
    setPending(true);
    // Not over the connection of the project, which ends with it, before its answer perhaps.
    const answer = await callHub(project, 'project.remove', { projectId: project });
    setPending(false);
    if (!answer.ok) return setProblem(answer.error.message);
    setPrefs({ project: null });
    await navigate({ to: '/', replace: true });
  };
  return (
    <>
      <Button size="small" unavailable={live ? undefined : 'Available when live'} onClick={() => setOpen(true)}>
        Remove the simulation…
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={`Remove the simulation ${current.name}?`}
        description={`${plural(present, 'made-up agent')}, ${plural(taskTotal, 'task')} and everything else in it are deleted for everybody. Real projects are not touched.`}
      >
        {problem !== null && (
          <p className={styles.error} role="alert">
            {problem}
          </p>
        )}
        <DialogActions>
          <Button onClick={close}>Keep it</Button>
          <Button look="danger" pending={pending} onClick={() => void remove()}>
            Remove it
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
