import assert from 'node:assert/strict';
import { ALARM_CODES } from '@signalbox/shared/alarms';
import { addDigest, formatDigest, recordDigest } from '@signalbox/shared/digest';
import { compareIds, numberOf } from '@signalbox/shared/ids';
import { pathsOverlap } from '@signalbox/shared/paths';
import { VISIBLE_KINDS } from '@signalbox/shared/visible-kinds';
import type { Replica } from '../../ledger/replica.ts';
import { deadlineOf } from '../deadlines.ts';
import { weightOf } from '../market.ts';
import { overAt, PASSING } from '../retention.ts';
import { isCriticalFree } from '../trouble.ts';
import { checkMarket } from './market-check.ts';
import { readyTasks } from './ready.ts';

/** Asks the replica everything it answers from an index, and compares with looking at every record. */
export function checkIndexes(
  replica: Replica,
  { agents, paths }: { agents: readonly string[]; paths: readonly string[] },
): void {
  const records = <K extends Parameters<Replica['all']>[0]>(kind: K) =>
    [...replica.values(kind)].sort((a, b) => compareIds(a.id, b.id));
  const same = (answer: readonly { id: string }[], expected: readonly { id: string }[], query: string): void =>
    assert.deepEqual(answer, expected, query);
  const [tasks, locks, waiters] = [records('task'), records('lock'), records('waiter')];
  for (const agentId of agents) {
    const holds = ['pending', 'in_progress'];
    same(
      replica.tasksOf(agentId),
      tasks.filter((t) => t.assignee === agentId && holds.includes(t.status)),
      'tasksOf',
    );
    same(
      replica.locksOf(agentId),
      locks.filter((lock) => lock.holder === agentId),
      'locksOf',
    );
    same(
      replica.waitersOf(agentId),
      waiters.filter((waiter) => waiter.agentId === agentId),
      'waitersOf',
    );
    const open = records('question').filter((question) => question.from === agentId && question.state === 'open');
    same(replica.openQuestionsOf(agentId), open, 'openQuestionsOf');
    const { cursor = 0, acked = [] } = replica.get('inbox', agentId) ?? {};
    const unread = (number: number) => number > cursor && !acked.includes(number);
    const mail = records('message').filter(
      ({ id, recipients }) => recipients.includes(agentId) && unread(numberOf(id)),
    );
    same(replica.unackedOf(agentId), mail, 'unackedOf');
    assert.equal(replica.unackedCount(agentId), mail.length, 'unackedCount');
    const sent = records('message').filter(({ from }) => from === agentId);
    assert.equal(replica.lastMessageFrom(agentId), sent.at(-1), 'lastMessageFrom');
    const taken = ['acknowledged', 'done', 'failed', 'declined', 'expired'];
    same(
      replica.openReceiptsOf(agentId),
      records('receipt').filter((receipt) => receipt.agentId === agentId && !taken.includes(receipt.state)),
      'openReceiptsOf',
    );
    const toCome = records('receipt').filter(
      ({ agentId: of, state, effect }) =>
        of === agentId && effect === undefined && ['acknowledged', 'done'].includes(state),
    );
    same(replica.effectsToCome(agentId), toCome, 'effectsToCome');
    assert.equal(replica.hasEffectToCome(agentId), toCome.length > 0, 'hasEffectToCome');
  }
  for (const { id } of tasks) {
    same(
      replica.dependentsOf(id),
      tasks.filter(({ dependencies }) => dependencies.includes(id)),
      'dependentsOf',
    );
    assert.deepEqual(
      new Set(replica.dependentIds(id)),
      new Set(tasks.filter(({ dependencies }) => dependencies.includes(id)).map((task) => task.id)),
    );
    same(
      replica.locksOfTask(id),
      locks.filter(({ taskId }) => taskId === id),
      'locksOfTask',
    );
  }
  const ready = tasks
    .filter(
      (t) =>
        t.status === 'pending' &&
        t.assignee === null &&
        t.notBeforeClock === undefined &&
        t.waiting?.code !== 'DEPENDENCY',
    )
    .sort((a, b) => weightOf(a) - weightOf(b) || numberOf(a.id) - numberOf(b.id));
  same(readyTasks(replica), ready, 'readyTasks');
  assert.equal(replica.readyCount, ready.length, 'readyCount');
  for (const path of paths) {
    const overlaps = (claim: { paths: readonly string[] }) => claim.paths.some((own) => pathsOverlap(own, path));
    same(replica.locksOverlapping(path), locks.filter(overlaps), `locksOverlapping ${path}`);
    same(replica.waitersOverlapping(path), waiters.filter(overlaps), `waitersOverlapping ${path}`);
    const underWay = tasks.filter((t) => t.assignee !== null && ['pending', 'in_progress'].includes(t.status));
    const works = underWay.filter(({ files }) => overlaps({ paths: files }));
    same(replica.tasksUnderWayOn(path), works, `tasksUnderWayOn ${path}`);
  }
  same(
    replica.ordersUnderWay(),
    records('directive').filter(({ obeyClock }) => obeyClock !== undefined),
    'ordersUnderWay',
  );
  for (const { id } of records('directive'))
    same(
      replica.receiptsOf(id),
      records('receipt').filter(({ directiveId }) => directiveId === id),
      'receiptsOf',
    );
  for (const code of ALARM_CODES)
    for (const { id } of [...tasks, ...records('agent'), ...records('question')])
      assert.deepEqual(
        replica.alarmOn(code, id),
        records('alarm').find((alarm) => alarm.code === code && alarm.subject.id === id),
      );
  same(
    replica.presentAgents(),
    records('agent').filter((agent) => agent.state !== 'left'),
    'presentAgents',
  );
  checkMarket(replica);
  for (const code of ALARM_CODES)
    same(
      replica.alarmsOf(code),
      records('alarm').filter((alarm) => alarm.code === code),
      `alarmsOf ${code}`,
    );
  same(replica.criticalFree(), tasks.filter(isCriticalFree), 'criticalFree');
  for (const kind of PASSING) {
    const past = [...replica.values(kind)].flatMap((record) => {
      const at = overAt(record);
      return at === undefined ? [] : [{ at, id: record.id }];
    });
    past.sort((a, b) => a.at - b.at || compareIds(a.id, b.id));
    assert.deepEqual([...replica.past(kind)], past, `past ${kind}`);
  }
  for (const agentId of agents)
    assert.equal(
      replica.hasMail(agentId),
      records('message').some(({ recipients }) => recipients.includes(agentId)),
      'hasMail',
    );
  checkDeadlines(replica);
  let digest = 0;
  for (const kind of VISIBLE_KINDS)
    for (const { id, rev } of replica.values(kind)) digest = addDigest(digest, recordDigest(kind, id, rev));
  assert.equal(replica.digest, formatDigest(digest), 'digest');
}

const TIMED = ['lock', 'waiter', 'task', 'question', 'directive', 'alarm'] as const;

function checkDeadlines(replica: Replica): void {
  const deadlines = TIMED.flatMap((kind) => [...replica.values(kind)])
    .flatMap((record) => {
      const deadline = deadlineOf(record);
      return deadline === undefined ? [] : [{ deadline, key: `${record.kind}:${record.id}` }];
    })
    .sort((a, b) => a.deadline - b.deadline);
  assert.equal(replica.nextDeadline()?.deadline, deadlines[0]?.deadline, 'nextDeadline');
  const middle = deadlines[deadlines.length >> 1]?.deadline ?? 0;
  const due = replica.due(middle, 1_000).map(({ kind, id }) => `${kind}:${id}`);
  const expected = deadlines.filter(({ deadline }) => deadline <= middle).map(({ key }) => key);
  assert.deepEqual([...due].sort(), expected.sort(), 'due');
}
