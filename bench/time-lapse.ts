import { randomUUID } from 'node:crypto';
import { guarded } from '@signalbox/server/commands/run-decision';
import { decideRegister } from '@signalbox/server/domain/agents';
import type { Caller, DecisionOf } from '@signalbox/server/domain/decision';
import { DECISIONS, type ProjectWrite } from '@signalbox/server/domain/decisions';
import { Errands } from '@signalbox/server/housekeeping/errands';
import { Forgetting } from '@signalbox/server/housekeeping/forgetting';
import { Ledger } from '@signalbox/server/ledger/ledger';
import { RedisStore } from '@signalbox/server/ledger/redis-store';
import { createRedisClient } from '@signalbox/server/redis/client';
import { ledgerKeys } from '@signalbox/server/redis/keys';
import type { CommandOutput, ParsedInput } from '@signalbox/shared/commands';

/**
 * The ledger of a hub on a real Redis while its agents work, with clocks that go on with every command: the hub promises
 * to remember every request for ten minutes, so what it holds can only be level over a time many times as long, and at
 * the same pace all the time.
 */
const MS_PER_COMMAND = 8;
/** What they have under way together passes in less than the ledger clock may be ahead of what is written. */
const AGENTS = 80;
const LOOK_EVERY_MS = 20;
const MINUTE = 60_000;
const RETENTION = {
  finishedTasksMs: MINUTE,
  ackedMessagesMs: MINUTE,
  leftAgentsMs: MINUTE,
  answeredQuestionsMs: MINUTE,
  pastDirectivesMs: MINUTE,
  pastAlarmsMs: MINUTE,
};

const [socketPath = ''] = process.argv.slice(2);
const redis = createRedisClient({ socketPath });
await redis.connect();
let decided = 0;
const monotonic = (): number => decided * MS_PER_COMMAND;
const startedAt = Date.now();
const wallClock = (): number => startedAt + monotonic();
const store = new RedisStore(redis, ledgerKeys('bench'), 'bench', { life: 0, peers: () => [] });
const ledger = await Ledger.open({ store, node: 'bench', monotonic, wallClock });
const forgetting = new Forgetting(new Errands(ledger), () => ({ retention: RETENTION }));
setInterval(() => void ledger.read((view) => forgetting.look(view, wallClock())), LOOK_EVERY_MS);

const KIM: Caller = { kind: 'person', name: 'kim', role: 'admin' };
let done = 0;
let goal = 0;

async function say<N extends ProjectWrite>(
  caller: Caller,
  command: N,
  input: ParsedInput<N>,
): Promise<CommandOutput<N>> {
  const decision: DecisionOf<N> = DECISIONS[command];
  const requestId = randomUUID();
  const run = guarded(decision, input);
  const decide: typeof run = (draft, context) => {
    decided++;
    return run(draft, context);
  };
  const settled = await ledger.execute({ command, caller, requestId, inputHash: requestId, decide });
  if (!settled.ok) throw new Error(`${command} was refused: ${settled.error.message}`);
  done++;
  return settled.reply;
}

async function register(index: number): Promise<Caller & { kind: 'agent' }> {
  const agentId = `agent-${index}`;
  const profile = { id: agentId, role: 'coder', accepts: 'pull' } as const;
  const settled = await ledger.execute({
    command: 'agent.register',
    caller: KIM,
    decide: guarded(decideRegister, { profile, via: 'socket' }),
  });
  if (!settled.ok) throw new Error(settled.error.message);
  return { kind: 'agent', agentId, connection: settled.reply.agent.connection };
}

/** What an agent does over and over, until all of them together have done as much as they were told. */
async function work(self: Caller & { kind: 'agent' }, index: number): Promise<void> {
  const peer = `agent-${index ^ 1}`;
  for (let turn = 0; done < goal; turn++) {
    await say(KIM, 'task.create', { title: 'A task like many', description: 'What is to be done, in a few words.' });
    const { task } = await say(self, 'task.next', {});
    const claim = await say(self, 'lock.claim', { paths: [`src/area-${index}/file-${turn}.ts`] });
    await say(self, 'agent.heartbeat', { activity: { doing: `editing file ${turn}` } });
    await say(self, 'message.send', { to: peer, type: 'note', body: 'Changed the signature.' });
    const unread = await ledger.read((view) => view.unackedOf(self.agentId).map(({ id }) => id));
    if (unread.length > 0) await say(self, 'message.ack', { messageIds: unread });
    if (task !== null) {
      const attempt = { taskId: task.id, attempt: task.attempt };
      await say(self, 'checkpoint.save', { ...attempt, data: { file: turn } });
      await say(self, 'task.complete', { ...attempt, result: { summary: 'Done as described.' } });
    }
    if (claim.granted) await say(self, 'lock.release', { lockId: claim.lockId, fence: claim.fence });
    if (turn % 10 > 0) continue;
    const { questionId } = await say(self, 'question.ask', { body: 'This way or that?', blocking: false });
    await say(KIM, 'question.answer', { questionId, body: 'That way.' });
  }
}

const agents = await Promise.all(Array.from({ length: AGENTS }, (_, index) => register(index)));
process.on('message', (order: number | 'collect') => {
  if (order === 'collect') {
    // Started with --expose-gc: what is left is what is really held.
    globalThis.gc?.();
    process.send?.({ heap: process.memoryUsage().heapUsed });
    return;
  }
  goal = order;
  Promise.all(agents.map(work)).then(
    () => process.send?.({ done, minutes: monotonic() / MINUTE }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ done, minutes: 0 });
