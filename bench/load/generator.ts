import { AGENT_NAMESPACE, CONTROL_NAMESPACE, PROTOCOL_VERSION } from '@signalbox/shared/endpoints';
import { closedLoop, openLoop } from './loops.ts';
import { measure } from './measured.ts';
import type { Client } from './operations.ts';
import type { Of, Order, Outcome } from './orders.ts';
import { pushes } from './pushes.ts';
import { Wire } from './wire.ts';

/** Handshakes under way at once: a fleet that comes back, without overrunning the listening socket. */
const CONNECTING_AT_ONCE = 200;

/** The clients of this process, by the name of their fleet, and what they are ordered to do. */
export class Generator {
  readonly #fleets = new Map<string, Client[]>();

  async obey(order: Order): Promise<Outcome> {
    switch (order.do) {
      case 'connect':
        return this.#connect(order);
      case 'watch':
        return this.#watch(order);
      case 'closed':
        return closedLoop(this.#fleet(order.fleet), order);
      case 'open':
        return openLoop(this.#fleet(order.fleet), order);
      case 'push':
        return pushes(this.#fleet(order.fleet), this.#fleet(order.to), order);
      case 'leave':
        return this.#leave(order.fleet);
      case 'close':
        return this.#close(order.fleet);
    }
  }

  #fleet(name: string): Client[] {
    return this.#fleets.get(name) ?? [];
  }

  async #connect({
    fleet,
    port,
    count,
    token,
    project,
    upWith,
    from = 0,
    accepts = 'none',
    pids,
  }: Of<'connect'>): Promise<Outcome> {
    const measured = measure(pids, 0);
    const clients = await inParallel(count, async (at): Promise<Client> => {
      const index = from + at;
      const agent = { id: `agent-${index}`, role: 'speed_developer', instance: `${process.pid}`, accepts };
      const auth = { token, project, protocol: PROTOCOL_VERSION, agent };
      const wire = await Wire.connect({ port, namespace: AGENT_NAMESPACE, auth, upWith });
      return { wire, index, held: [], claims: 0 };
    });
    this.#fleets.set(fleet, clients);
    return { ...measured.end(), done: clients.length };
  }

  /** Control rooms: subscribed, reading everything, keeping nothing. */
  async #watch({ fleet, port, count, token, project }: Of<'watch'>): Promise<Outcome> {
    const measured = measure([], 0);
    const clients = await inParallel(count, async (index): Promise<Client> => {
      const wire = await Wire.connect({ port, namespace: CONTROL_NAMESPACE, auth: { token }, upWith: 'namespace' });
      await new Promise<void>((resolve) => wire.ask('subscribe', { project }, () => resolve()));
      return { wire, index, held: [], claims: 0 };
    });
    this.#fleets.set(fleet, clients);
    return { ...measured.end(), done: clients.length };
  }

  async #leave(fleet: string): Promise<Outcome> {
    const measured = measure([], 0);
    const clients = this.#fleet(fleet);
    await Promise.all(
      clients.map(({ wire }) => new Promise<void>((resolve) => wire.ask('agent.leave', {}, () => resolve()))),
    );
    return { ...measured.end(), done: clients.length };
  }

  async #close(fleet: string): Promise<Outcome> {
    const measured = measure([], 0);
    const clients = this.#fleet(fleet);
    this.#fleets.delete(fleet);
    await Promise.all(clients.map(({ wire }) => wire.close()));
    return { ...measured.end(), done: clients.length };
  }
}

async function inParallel<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) made[index] = await make(index);
  };
  await Promise.all(Array.from({ length: Math.min(count, CONNECTING_AT_ONCE) }, worker));
  return made;
}
