import type { Rule } from '../checker/violation.ts';

/** What a hub can get wrong, and the rule that has to tell. */
export const BUGS = {
  'double grant': 'overlaps',
  'no fencing of locks': 'stale-writes',
  'no fencing of attempts': 'stale-writes',
  'release by a stranger': 'stale-writes',
  'fence rewind': 'fences',
  'expires early': 'leases',
  'never expires': 'leases',
  'lost message': 'messages',
  'reordered message': 'messages',
  'acknowledged message again': 'messages',
  'double assignment': 'tasks',
  'early start': 'tasks',
  'lost ack': 'acknowledged',
  'executed twice': 'acknowledged',
  'repeat answered otherwise': 'repeated',
  'repeat refused': 'repeated',
  'number used twice': 'ledger',
  'log rewritten': 'ledger',
  'log loses entries': 'ledger',
  'records differ from the log': 'ledger',
  'stale picture': 'pictures',
  'phantom state': 'pictures',
  'feed goes silent': 'feeds',
  'unsettled request': 'settled',
  'never answered': 'settled',
  'answered too late': 'settled',
  'lost too early': 'presence',
  'lost after a restart': 'presence',
  'never shown lost': 'presence',
} as const satisfies Record<string, Rule>;
export type Bug = keyof typeof BUGS;

/** One bug, made once, at the first chance after some moment; and whether anything came of it. */
export class SeededBug {
  readonly #bug: Bug | undefined;
  readonly #from: number;
  #made = false;
  tookEffect = false;

  constructor(bug: Bug | undefined, from: number) {
    this.#bug = bug;
    this.#from = from;
  }

  /** Is this the chance? It comes once. */
  strikes(bug: Bug, now: number): boolean {
    if (bug !== this.#bug || this.#made || now < this.#from) return false;
    this.#made = true;
    return true;
  }
}
