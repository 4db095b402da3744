import { z } from 'zod';
import type { Published } from './published.ts';

export interface Finding {
  what: string;
  sent: string;
  got: string;
}

/** What was refused for its pace, or the hub's, has not been looked at: it does not count as sent. */
export const TURNED_AWAY: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED']);
/** Of each kind: the next one tells nothing new. */
const MAX_KEPT = 5;
const MAX_SHOWN = 400;

const failure = z.object({
  ok: z.literal(false),
  error: z.looseObject({
    code: z.string(),
    message: z.string().min(1),
    retry: z.object({ afterMs: z.number().nonnegative() }).optional(),
  }),
});
const success = z.looseObject({ ok: z.literal(true) });
const inOrder = z.looseObject({ epoch: z.int(), seq: z.int() });
/** Too late, too large, what cannot be expected: HTTP has a word of its own for what no command was made of. */
const OF_HTTP: ReadonlySet<number> = new Set([408, 413, 417, 431]);
const STACK = /\n\s+at |node_modules|\.ts:\d|\.js:\d/;

/** What everything that was sent came to: how often which answer, and what should never have happened. */
export class Verdicts {
  /** `ok`, each code, each way a connection ended. */
  readonly kinds: Record<string, number> = {};
  /** The first of them, with what led to it. */
  readonly findings: Finding[] = [];
  found = 0;
  readonly #published: Pick<Published, 'codes' | 'statuses'>;

  constructor(published: Pick<Published, 'codes' | 'statuses'>) {
    this.#published = published;
  }

  count(kind: string): void {
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
  }

  find(what: string, sent: string, got: string): void {
    this.found += 1;
    if (this.findings.filter((finding) => finding.what === what).length < MAX_KEPT)
      this.findings.push({ what, sent: sent.slice(0, MAX_SHOWN), got: got.slice(0, MAX_SHOWN) });
  }

  /** The answer of a command; returns what it was: `ok` or a code. */
  answer(text: string, sent: string): string {
    const value = parsed(text);
    const kind = success.safeParse(value).success ? 'ok' : this.#refusal(value, text, sent);
    if (kind === 'ok' && !inOrder.safeParse(value).success) this.find('a success without epoch and seq', sent, text);
    this.count(kind);
    return kind;
  }

  /** The error object of a refused handshake. */
  refusedHandshake(error: unknown, sent: string): string {
    const kind = this.#refusal({ ok: false, error }, JSON.stringify(error) ?? '', sent);
    this.count(`handshake ${kind}`);
    return kind;
  }

  /** An answer over HTTP; only what asks the API is answered like a command. Returns what it was, as above, or its status. */
  response({ status, type, body }: { status: number; type: string; body: string }, sent: string): string {
    const isJson = type.startsWith('application/json');
    const failed = status >= 400;
    if (failed && (status === 500 || !(this.#published.statuses.has(status) || OF_HTTP.has(status))))
      this.find(`the status ${status}`, sent, body);
    const plain = `HTTP ${status}`;
    if (!failed && isJson && sent.includes(' /api/v1/') && !sent.startsWith('HEAD ')) return this.answer(body, sent);
    if (failed && !isJson && !sent.startsWith('HEAD '))
      this.find(`an error of type ${type === '' ? 'none' : type}`, sent, `${status} ${body}`);
    const isRefusal = failed && isJson && !sent.startsWith('HEAD ');
    const kind = isRefusal ? this.#refusal(parsed(body), body, sent) : plain;
    this.count(kind);
    return kind;
  }

  #refusal(value: unknown, text: string, sent: string): string {
    const refusal = failure.safeParse(value);
    if (!refusal.success) {
      this.find('an answer that is neither a success nor a typed error', sent, text);
      return 'untyped';
    }
    const { code, message } = refusal.data.error;
    if (code === 'INTERNAL') this.find('INTERNAL', sent, text);
    if (!this.#published.codes.has(code)) this.find(`the code ${code}, which is not published`, sent, text);
    if (STACK.test(message)) this.find('a stack trace', sent, text);
    return code;
  }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
