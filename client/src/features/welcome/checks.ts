import { formatDuration } from '../../hub/format.ts';

export interface CheckFacts {
  live: boolean;
  hostname: string;
  tokenMade: boolean;
  /** Hub time minus the time of this machine, milliseconds. */
  clockAheadMs: number;
}

export interface Check {
  /** Null: cannot be known from here. */
  good: boolean | null;
  text: string;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const CLOCK_TOLERANCE_MS = 5_000;

/** What can be said from here when no agent comes; nothing that only the agent's machine knows is guessed. */
export function checksFor({ live, hostname, tokenMade, clockAheadMs }: CheckFacts): Check[] {
  const apart = Math.abs(clockAheadMs);
  return [
    {
      good: live,
      text: live ? 'This page is connected to the hub.' : 'This page itself has no connection to the hub.',
    },
    LOOPBACK.includes(hostname)
      ? {
          good: null,
          text: `${hostname} is this machine only. For agents elsewhere start the hub with --host and use that address.`,
        }
      : { good: null, text: `The agent’s machine must reach ${hostname}.` },
    tokenMade
      ? { good: null, text: 'A token was made here. Was it copied whole, and does the agent send it?' }
      : { good: null, text: 'No token was made on this page. An agent elsewhere, in Python or over curl needs one.' },
    apart <= CLOCK_TOLERANCE_MS
      ? { good: true, text: 'The clocks of this machine and the hub agree.' }
      : { good: false, text: `The clocks of this machine and the hub are ${formatDuration(apart)} apart.` },
  ];
}
