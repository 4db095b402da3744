import { useEffect, useRef } from 'react';
import { releaseConsequence } from '../../hub/lock-words.ts';
import { useCommand, useNow, useRecord } from '../../hub/use-hub.ts';
import { useSurroundings } from '../../hub/use-surroundings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { ReasonForm } from '../../ui/reason-action.tsx';

export interface ReleaseDialogProps {
  lockId: string;
  onClose: () => void;
}

/** Takes a lock away, in a dialog of its own: a form within a list would push its rows away. */
export function ReleaseDialog({ lockId, onClose }: ReleaseDialogProps) {
  const lock = useRecord('lock', lockId);
  const last = useRef(lock);
  useEffect(() => {
    last.current = lock ?? last.current;
  }, [lock]);
  const { run, pending, error, disabled } = useCommand(['lock', lockId]);
  const around = useSurroundings();
  const now = useNow();
  // Ours is on its way: its effect, the lock being gone, comes a moment before the dialog closes.
  const shown = lock ?? (pending ? last.current : undefined);
  if (shown === undefined) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={`${lockId} is not held any more`}
        description="There is nothing to release."
      >
        <DialogActions>
          <Button onClick={onClose}>Close</Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Release ${lockId} of ${shown.holder}?`}
      description={releaseConsequence(shown, around, now)}
    >
      <ReasonForm
        confirm={`Release ${lockId}`}
        pending={pending}
        unavailable={disabled ? 'Available when live' : undefined}
        error={error?.message ?? null}
        onCancel={onClose}
        onConfirm={async (reason) => {
          if ((await run('lock.forceRelease', { lockId, reason })).ok) onClose();
        }}
      />
    </Dialog>
  );
}
