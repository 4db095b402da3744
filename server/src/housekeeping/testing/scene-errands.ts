import { isRefusal } from '@signalbox/shared/errors';
import { HUB, type Scene } from '../../domain/testing/scene.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Submission } from '../../ledger/submission.ts';
import { Errands } from '../errands.ts';

/** Errands that are decided on a scene at once; `sent` are their commands. */
export function sceneErrands(scene: Scene) {
  const sent: string[] = [];
  const execute = async (submission: Submission<object>) => {
    sent.push(submission.command);
    const reply = scene.decide(HUB, (draft, _input, context) => submission.decide(draft, context), {});
    return isRefusal(reply)
      ? { ok: false as const, error: reply.refused }
      : { ok: true as const, epoch: 1, seq: scene.seq, reply };
  };
  return { errands: new Errands({ execute } as unknown as Ledger), sent };
}
