import assert from 'node:assert/strict';
import { compareIds } from '@signalbox/shared/ids';
import type { Replica } from '../../ledger/replica.ts';
import { hasRoom, isPresent, takesPart } from '../availability.ts';
import { reasonKey } from '../market.ts';
import { readyTasks } from './ready.ts';

/** The market says what a look at every agent and every ready task says. */
export function checkMarket(replica: Replica): void {
  const { market } = replica;
  const agents = replica.all('agent');
  const present = agents.filter(
    (agent) => takesPart(agent) && isPresent(agent) && !replica.openQuestionsOf(agent.id).some((open) => open.blocking),
  );
  const crews = new Set(agents.flatMap(({ id }) => market.crewOf(id) ?? []));
  const idsOf = (of: readonly { id: string }[]): string[] => of.map(({ id }) => id).sort(compareIds);
  for (const agent of agents) {
    const crew = market.crewOf(agent.id);
    assert.equal(crew !== undefined, takesPart(agent), `${agent.id} has a crew`);
    if (crew !== undefined) assert.deepEqual([...crew.capabilities].sort(), [...new Set(agent.capabilities)].sort());
    const free = present.includes(agent) && agent.accepts === 'push' && hasRoom(agent);
    assert.equal(market.freeAgent(agent.id) !== undefined, free, `${agent.id} is free`);
  }
  for (const crew of crews) {
    const members = agents.filter(({ id }) => market.crewOf(id) === crew);
    const there = members.filter((agent) => present.includes(agent));
    assert.deepEqual([...crew.members], idsOf(members));
    assert.deepEqual([...crew.asking], idsOf(there.filter(({ accepts }) => accepts === 'pull')));
    assert.deepEqual([...crew.pushed].sort(compareIds), idsOf(there.filter(({ accepts }) => accepts === 'push')));
    assert.equal(crew.paused, members.filter(({ paused }) => paused).length);
    const free = crew.free().flatMap((shelf) => [...shelf].map(({ agentId }) => agentId));
    assert.deepEqual(free.sort(compareIds), idsOf(members.filter(({ id }) => market.freeAgent(id) !== undefined)));
    assert.equal(crew.freeCount, free.length);
    for (const folder of new Set(members.flatMap(({ recentFolders = [] }) => recentFolders)))
      assert.deepEqual(
        crew
          .free(folder)
          .flatMap((shelf) => [...shelf].map(({ agentId }) => agentId))
          .sort(compareIds),
        idsOf(
          members.filter(
            ({ id, recentFolders = [] }) => market.freeAgent(id) !== undefined && recentFolders.includes(folder),
          ),
        ),
      );
    assert.equal([...market.freeCrews].includes(crew), free.length > 0);
  }
  for (const line of market.lines) {
    const tasks = readyTasks(replica).filter((task) => market.lineOf(task) === line);
    assert.equal(line.tasks.size, tasks.length);
    for (const [reason, list] of line.byReason)
      assert.deepEqual(
        [...list].map(({ id }) => id),
        tasks.filter(({ waiting }) => reasonKey(waiting) === reason).map(({ id }) => id),
      );
    const can = [...crews].filter((crew) => line.requires.every((capability) => crew.capabilities.has(capability)));
    assert.deepEqual(line.crews, new Set(can), `who can do ${line.requires.join()}`);
  }
  const samples = agents.reduce((sum, { score }) => sum + score.n, 0);
  const points = agents.reduce((sum, agent) => sum + (agent.points ?? 0), 0);
  assert.equal(market.meanScore, samples === 0 ? null : points / samples);
}
