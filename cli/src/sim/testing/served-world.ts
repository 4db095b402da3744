import { WELCOME } from '@signalbox/sdk/testing/connected-client';
import { ManualTimers, settled } from '@signalbox/sdk/testing/manual-timers';
import { HandMadeWire, type Sent } from '@signalbox/sdk/testing/wire';
import type { TaskRecord } from '@signalbox/shared/records/task';
import type { Member } from '../cast.ts';
import type { World } from '../life.ts';
import { Pace } from '../pace.ts';

const STEP_MS = 10;

/** A task as the hub would push it. */
export const taskOf = (id: string, fields: Partial<TaskRecord> = {}): TaskRecord => ({
  kind: 'task',
  id,
  rev: 1,
  title: 'Add login',
  type: 'task',
  priority: 3,
  dependencies: [],
  files: ['src/a.ts'],
  requires: [],
  estimatedMinutes: null,
  review: false,
  status: 'pending',
  assignee: 'sim-1',
  attempt: 1,
  failures: 0,
  losses: 0,
  maxAttempts: 3,
  progress: 0,
  createdBy: 'sim-coordinator',
  createdAt: 0,
  attempts: [],
  bodies: {},
  ...fields,
});

const PLAIN: Record<string, object> = {
  'lock.claim': { granted: true, lockId: 'L-1', fence: '1.1', paths: [], expiresInMs: 3_600_000 },
  'lock.renew': { locks: [{ lockId: 'L-1', fence: '1.1', expiresInMs: 3_600_000 }] },
  'task.next': { task: null, reason: 'EMPTY' },
  'task.complete': { task: {}, next: null },
  'task.list': { tasks: [] },
  'question.ask': { questionId: 'Q-1' },
  'message.send': { messageId: 'M-1', recipients: [] },
  'agent.heartbeat': { state: 'working' },
};

/** A world whose time stands still until it is asked to pass, and whose hub agrees to everything after a while. */
export class ServedWorld {
  readonly timers = new ManualTimers();
  readonly wire = new HandMadeWire();
  readonly pace: Pace;
  readonly world: World;
  readonly thrown: unknown[] = [];
  readonly #answered = new Set<Sent>();
  readonly #answerAfterMs: number;
  /** What is answered otherwise than every day. */
  special: (sent: Sent) => object | undefined = () => undefined;

  constructor({ rate = 10, answerAfterMs = STEP_MS, spare = () => false } = {}) {
    this.#answerAfterMs = answerAfterMs;
    this.pace = new Pace({ rate, timers: this.timers, spare });
    this.world = {
      hub: { url: 'http://hub', token: 't', project: 'sim' },
      pace: this.pace,
      timers: this.timers,
      open: this.wire.open,
      onThrow: (error) => void this.thrown.push(error),
    };
  }

  /** Lets in whoever knocks, as the agent it says it is. */
  async welcome(member: Member): Promise<void> {
    await settled();
    this.wire.socket.push('welcome', { ...WELCOME, agentId: member.id, heartbeatEveryMs: member.heartbeatEveryMs });
    await settled();
  }

  /** Time passes, and the hub answers what it is asked. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await this.timers.advance(STEP_MS);
      for (const socket of this.wire.sockets)
        for (const sent of socket.sent) {
          if (this.#answered.has(sent)) continue;
          this.#answered.add(sent);
          this.timers.after(this.#answerAfterMs, () => {
            if (!socket.closed) sent.answer(this.special(sent) ?? PLAIN[sent.event] ?? {});
          });
        }
    }
  }

  /** What was sent on all connections, without the heartbeats. */
  get sent(): Sent[] {
    return this.wire.sockets.flatMap((socket) => socket.sent).filter(({ event }) => event !== 'agent.heartbeat');
  }
  get events(): string[] {
    return this.sent.map(({ event }) => event);
  }
}
