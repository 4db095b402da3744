import { z } from 'zod';
import { parsed } from './verdicts.ts';

const CONNECTED = /^40(\/[^,]+,)?/;
const REFUSED = /^44(\/[^,]+,)?/;
/** After these the hub ends the connection, and owes no answer any more. */
const FAREWELL = /^42\/[^,]+,\d*\["(superseded|evicted|draining)"/;
const ANSWER = /^43(\/[^,]+),(\d+)(\[.*\])$/s;

/** What a Socket.IO text of the hub is, as far as it matters here. */
export type Heard =
  | { kind: 'ping' }
  | { kind: 'connected' }
  | { kind: 'refused'; error: unknown }
  | { kind: 'answer'; id: string; text: string }
  /** Why the connection is about to end. */
  | { kind: 'farewell'; why: string }
  /** A push, or what only Engine.IO reads. */
  | { kind: 'other' };

export function hear(text: string): Heard {
  if (text === '2') return { kind: 'ping' };
  const answer = text.startsWith('43') ? ANSWER.exec(text) : null;
  if (answer !== null) return { kind: 'answer', id: answer[2] ?? '', text: (answer[3] ?? '').slice(1, -1) };
  const [, farewell] = FAREWELL.exec(text) ?? [];
  if (farewell !== undefined) return { kind: 'farewell', why: farewell };
  if (CONNECTED.test(text)) return { kind: 'connected' };
  if (!REFUSED.test(text)) return { kind: 'other' };
  const refused = z.looseObject({ data: z.unknown() }).safeParse(parsed(text.replace(REFUSED, '')));
  return { kind: 'refused', error: refused.success ? refused.data.data : undefined };
}
