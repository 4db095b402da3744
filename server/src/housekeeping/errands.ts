import { ERRORS } from '@signalbox/shared/errors';
import { guarded } from '../commands/run-decision.ts';
import type { Decision } from '../domain/decision.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Submission } from '../ledger/submission.ts';

export const HUB = { kind: 'hub' } as const;

/**
 * Noticed once, by a commit or at the start, and decided from everything there is: worth another look when something
 * changed meanwhile. All else is noticed again with every look.
 */
const REPEATED: ReadonlySet<string> = new Set(['task.assignments', 'lock.grant']);
/** Internal commands on their way to the ledger of one project. */
export class Errands {
  readonly #ledger: Ledger;
  /** `again` when there was another reason to send it meanwhile. */
  readonly #underWay = new Map<string, 'once' | 'again'>();
  /** What the ledger did not take because the store was away; nothing else would ever remind of it. */
  readonly #refused = new Map<string, Submission>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  submit<I>(key: string, command: string, decision: Decision<I, object>, input: I): void {
    this.send(key, { command, caller: HUB, urgent: true, decide: guarded(decision, input) });
  }

  /** Each key is on its way once; what comes up meanwhile is decided again afterwards, on the newer state. */
  send(key: string, submission: Submission, rest?: () => Promise<void>): void {
    if (this.#underWay.has(key)) {
      this.#underWay.set(key, 'again');
      return;
    }
    this.#underWay.set(key, 'once');
    void this.#ledger.execute(submission).then(async (settled) => {
      await rest?.();
      const again = this.#underWay.get(key) === 'again';
      this.#underWay.delete(key);
      if (settled.ok && again && REPEATED.has(submission.command)) this.send(key, submission, rest);
      if (!settled.ok && REPEATED.has(submission.command) && ERRORS[settled.error.code].retry !== 'never')
        this.#refused.set(key, submission);
    });
  }

  sendRefused(): void {
    const refused = [...this.#refused];
    this.#refused.clear();
    for (const [key, submission] of refused) this.send(key, submission);
  }
}
