import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ObserverOrders } from '../observer.ts';
import type { Children } from './children.ts';

const PROGRAM = fileURLToPath(new URL('../observer.js', import.meta.url));

/** A process that follows the project: control rooms, and the auditor if it is told where Redis is. */
export interface Readers {
  readonly pid: number;
  readonly count: number;
  /** It ends once the log is read up to `seq`, and every one of them has a picture of the present. */
  finish(seq: number): Promise<void>;
}

export function startReaders(children: Children, orders: ObserverOrders): Readers {
  const child = children.start(process.execPath, [PROGRAM, JSON.stringify(orders)], { ipc: true });
  return {
    pid: child.pid,
    count: orders.ways.length,
    async finish(seq) {
      const finished = once(child.process, 'message');
      child.process.send({ finish: seq });
      await Promise.race([finished, child.ended.then(() => Promise.reject(new Error('who observes has ended')))]);
      await child.ended;
    },
  };
}
