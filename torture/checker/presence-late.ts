import type { History, Life, LoggedTransaction, Span } from '../history/history.ts';
import { once } from './once.ts';
import { silenceMs } from './silence.ts';
import { type Violation, when } from './violation.ts';

/** So long after its time an agent is shown lost at the latest. */
const SHOWN_WITHIN_MS = 2_000;
/** On a busy machine a hub that is well stands still for moments, and those do not count. */
const MARGIN_MS = 2_000;
/** A hub that hears nothing from Redis for longer gives everybody their whole time again. */
const GAP_MS = 750;

/** Who has to be shown lost, and from when on it was silent. */
interface Due {
  agent: string;
  from: number;
  /** What is wrong with what was shown, if anything is. */
  text?: string;
}

/**
 * Who is silent, killed or stopped, is shown lost. Time in which hubs or Redis were stopped or away does not count, and
 * all silences begin anew after it: so only those are judged that last while nothing befalls them, and the log grows
 * without a gap. It is read up to a transaction that was called after the agent's time was over: however late it was
 * read, the loss had to stand before it.
 */
export const checkLostLate = (history: History): Violation[] =>
  lossesDue(history).flatMap(({ text, from }) => (text === undefined ? [] : [{ rule: 'presence', text, at: from }]));

export const lossesDue = once((history: History): Due[] => {
  const wells = wellTimes(history);
  if (wells.length === 0) return [];
  const presences = presencesIn(history.transactions);
  const due: Due[] = [];
  for (const [agent, lives] of history.lives) {
    const own = presences.get(agent);
    if (own === undefined) continue;
    const heartbeatEveryMs = Math.max(...own.map((one) => one.heartbeatEveryMs));
    const allowedMs = silenceMs(heartbeatEveryMs) + SHOWN_WITHIN_MS + MARGIN_MS;
    for (const silence of silencesOf(lives))
      for (const well of wells) {
        const one = judge(agent, { own, allowedMs, silence, well, history });
        if (one !== undefined) due.push(one);
      }
  }
  return due;
});

/** A time in which all were well, and the transactions read in it, by their indices. */
interface Well {
  from: number;
  to: number;
  first: number;
  last: number;
}

/** What the log says of an agent, from some index on; undefined: it has no record any more. */
interface Shown {
  index: number;
  presence: string | undefined;
  heartbeatEveryMs: number;
}

interface Judged {
  own: readonly Shown[];
  allowedMs: number;
  silence: Span;
  well: Well;
  history: History;
}

function judge(agent: string, { own, allowedMs, silence, well, history }: Judged): Due | undefined {
  const until = Math.min(silence.to ?? Number.POSITIVE_INFINITY, well.to);
  const from = Math.max(silence.from, well.from);
  if (from + allowedMs >= until) return undefined;
  const after = firstCalledAfter(from + allowedMs, well, history);
  if (after === undefined || after.tx.at > until) return undefined;
  const shown = own.findLast(({ index }) => index < after.index)?.presence;
  if (shown === undefined) return undefined;
  if (shown === 'lost' || shown === 'left') return { agent, from };
  const { epoch, seq } = after.tx;
  const text = `${agent} was silent from ${when(from)} on while all hubs and Redis were well; it is still ${shown} before seq ${seq} of epoch ${epoch}, which was called more than ${allowedMs} ms later`;
  return { agent, from, text };
}

/** The first transaction of that time whose request was only called after some moment. */
function firstCalledAfter(time: number, well: Well, { transactions, operation }: History) {
  for (let index = well.first; index <= well.last; index++) {
    const tx = transactions[index];
    if (tx === undefined || tx.at < time || tx.causedBy === undefined) continue;
    const called = operation(tx.causedBy)?.calledAt;
    if (called !== undefined && called >= time) return { tx, index };
  }
  return undefined;
}

function wellTimes({ peace, transactions }: History): Well[] {
  const wells: Well[] = [];
  for (const flow of flowsOf(transactions))
    for (const calm of peace) {
      const from = Math.max(calm.from, flow.from);
      const to = Math.min(calm.to ?? Number.POSITIVE_INFINITY, flow.to);
      if (from < to) wells.push({ ...flow, from, to });
    }
  return wells;
}

/** Stretches of the log without a gap, and of one epoch. */
function flowsOf(transactions: readonly LoggedTransaction[]): Well[] {
  const flows: Well[] = [];
  let before: LoggedTransaction | undefined;
  for (const [index, tx] of transactions.entries()) {
    const last = flows.at(-1);
    if (last !== undefined && before?.epoch === tx.epoch && tx.at - before.at < GAP_MS)
      Object.assign(last, { to: tx.at, last: index });
    else flows.push({ from: tx.at, to: tx.at, first: index, last: index });
    before = tx;
  }
  return flows;
}

function presencesIn(transactions: readonly LoggedTransaction[]): Map<string, Shown[]> {
  const presences = new Map<string, Shown[]>();
  const note = (agent: string, shown: Shown): void => {
    const own = presences.get(agent);
    if (own === undefined) presences.set(agent, [shown]);
    else own.push(shown);
  };
  for (const [index, { puts, removes }] of transactions.entries()) {
    for (const [kind, id] of removes)
      if (kind === 'agent') note(id, { index, presence: undefined, heartbeatEveryMs: 0 });
    for (const put of puts)
      if (put.kind === 'agent') note(put.id, { index, presence: put.presence, heartbeatEveryMs: put.heartbeatEveryMs });
  }
  return presences;
}

/** When no process of the agent ran: from a stop or the end of a life to when one ran again. */
function silencesOf(lives: readonly Life[]): Span[] {
  return lives.flatMap(({ endedAt, stops }, at) => {
    const next = lives[at + 1]?.bornAt;
    const begun: Span[] = endedAt === undefined ? stops : [...stops, { from: endedAt }];
    return begun.map(({ from, to = next }) => ({ from, ...(to !== undefined && { to }) }));
  });
}
