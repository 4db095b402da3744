import { isOk } from './framing.ts';
import { measure } from './measured.ts';
import { type Client, OPERATIONS, type Operation, type Request } from './operations.ts';
import type { Of, Outcome } from './orders.ts';
import { evenly } from './schedule.ts';

/** A wait shorter than a timer can be; the core is free meanwhile for whoever shares it, such as Redis. */
const NAP_MS = 0.1;
const nobody = new Int32Array(new SharedArrayBuffer(4));

type Ended = (failure?: Error) => void;

/** Sends one; any answer but a success ends the run, since a load with refusals in it measures something else. */
function ask(client: Client, { command, input, answered }: Request, ended: Ended, succeeded: () => void): void {
  client.wire.ask(command, input, (body) => {
    if (!isOk(body)) return ended(new Error(`${command} was refused: ${body.slice(0, 300)}`));
    answered?.(client, body);
    succeeded();
  });
}

/** As many as the server answers: every client has `inFlight` requests under way at all times. */
export function closedLoop(clients: readonly Client[], { operation: name, total, inFlight, pids }: Of<'closed'>) {
  return new Promise<Outcome>((resolve, reject) => {
    const operation: Operation = OPERATIONS[name];
    const measured = measure(pids, total);
    let sent = 0;
    let answered = 0;
    const ended: Ended = (failure) => (failure === undefined ? resolve(measured.end()) : reject(failure));
    const next = (client: Client): void => {
      const request = sent < total ? operation(client) : undefined;
      if (request === undefined) return;
      sent += 1;
      const sentAt = performance.now();
      ask(client, request, ended, () => {
        answered = measured.answered(sentAt);
        next(client);
        if (answered === sent) ended();
      });
    };
    for (let round = 0; round < inFlight; round++) for (const client of clients) next(client);
    if (sent === 0) ended(new Error(`nothing to ${name}`));
  });
}

/** So many a second, whatever the server does; the clients take turns. */
export function openLoop(clients: readonly Client[], { operation: name, perSecond, seconds, pids }: Of<'open'>) {
  return new Promise<Outcome>((resolve, reject) => {
    const operation: Operation = OPERATIONS[name];
    const schedule = evenly(perSecond, seconds);
    const measured = measure(pids, schedule.total);
    let sent = 0;
    let over = false;
    const ended: Ended = (failure) => {
      over = true;
      if (failure === undefined) resolve(measured.end());
      else reject(failure);
    };
    const send = (client: Client, dueAt: number): void => {
      const request = operation(client);
      if (request === undefined) ended(new Error(`nothing left to ${name}`));
      else
        ask(client, request, ended, () => {
          if (measured.answered(dueAt) === schedule.total) ended();
        });
    };
    const tick = (): void => {
      if (over || sent === schedule.total) return;
      const due = schedule.dueBy(performance.now() - measured.startedAt);
      if (due === sent) Atomics.wait(nobody, 0, 0, NAP_MS);
      for (; sent < due; sent++) {
        const client = clients[sent % clients.length];
        if (client !== undefined) send(client, measured.startedAt + schedule.dueAt(sent));
      }
      const restMs = schedule.dueAt(sent) - (performance.now() - measured.startedAt);
      if (restMs > 2) setTimeout(tick, restMs - 1);
      else setImmediate(tick);
    };
    tick();
  });
}
