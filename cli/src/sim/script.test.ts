import { COMMANDS } from '@signalbox/shared/commands';
import { LARGE_COMMAND_MAX_BYTES } from '@signalbox/shared/limits';
import { agentProfile } from '@signalbox/shared/records/agent';
import { taskResult } from '@signalbox/shared/records/task';
import { lateAfterMs, lostAfterMs } from '@signalbox/shared/time';
import { describe, expect, test } from 'vitest';
import { COORDINATOR_ID, memberOf, SIM_CLIENT } from './cast.ts';
import { jobOf } from './jobs.ts';
import { planOf } from './plans.ts';
import { BLOCKED_SHARE, FAILED_SHARE, PER_MINUTE, type SimSettings, stepMs, WRITES_PER_JOB } from './settings.ts';
import type { Fault, Step } from './steps.ts';

const SETTINGS: SimSettings = { agents: 40, rate: 4, seed: 7 };
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Everything a fleet intends, as far as one cares to look. */
const scriptOf = (settings: SimSettings) => ({
  agents: upTo(settings.agents).map((index) => memberOf(settings, index)),
  plans: upTo(5).map((number) => planOf(settings, number)),
  jobs: upTo(settings.agents).map((index) => upTo(10).map((number) => jobOf(settings, index, number))),
});
const jobs = (settings: SimSettings, each = 50) =>
  upTo(settings.agents).flatMap((index) => upTo(each).map((number) => jobOf(settings, index, number)));
const stepsOf = <D extends Step['do']>(all: readonly { steps: Step[] }[], what: D) =>
  all.flatMap(({ steps }) => steps.filter((step): step is Extract<Step, { do: D }> => step.do === what));

describe('the script', () => {
  test.each(upTo(4))('of seed %i is the same every time, whatever was looked at before', (seed) => {
    const settings = { ...SETTINGS, seed };
    const script = scriptOf(settings);
    for (const number of [9, 3, 11]) jobOf({ ...settings, seed: seed + 1 }, number, number);
    expect(scriptOf(settings)).toEqual(script);
    expect(jobOf(settings, 5, 7)).toEqual(script.jobs[5]?.[7]);
  });

  test('of another seed is another one, in every part', () => {
    const [one, other] = [scriptOf(SETTINGS), scriptOf({ ...SETTINGS, seed: 8 })];
    expect(one.agents.slice(1)).not.toEqual(other.agents.slice(1));
    for (const [number, plan] of one.plans.entries()) expect(plan).not.toEqual(other.plans[number]);
    for (const [index, script] of one.jobs.entries()) expect(script).not.toEqual(other.jobs[index]);
  });

  test('is not the same for two agents, nor for two tasks of one', () => {
    const [first, second] = scriptOf(SETTINGS).jobs.slice(1);
    expect(first).not.toEqual(second);
    expect(first?.[0]).not.toEqual(first?.[1]);
  });
});

describe('the agents', () => {
  test.each([2, 25, 5_000])('of %i are all different, well formed and marked as simulated', (agents) => {
    const cast = upTo(agents).map((index) => memberOf({ ...SETTINGS, agents }, index));
    for (const member of cast) {
      expect(agentProfile.safeParse(member).error?.issues ?? []).toEqual([]);
      expect(member).toMatchObject({ client: SIM_CLIENT, id: expect.stringMatching(/^sim-/) });
    }
    expect(new Set(cast.map(({ id }) => id)).size).toBe(agents);
    expect(cast[0]).toMatchObject({ id: COORDINATOR_ID, role: 'coordinator', accepts: 'none' });
  });

  test('come in every role, pushed and pulling', () => {
    const cast = upTo(100).map((index) => memberOf({ ...SETTINGS, agents: 100 }, index));
    expect(new Set(cast.map(({ role }) => role)).size).toBe(4);
    expect(new Set(cast.slice(1).map(({ accepts }) => accepts))).toEqual(new Set(['push', 'pull']));
  });
});

describe('the plans', () => {
  const createMany = COMMANDS.find(({ name }) => name === 'task.createMany');
  const plans = (agents: number) => upTo(20).map((number) => planOf({ ...SETTINGS, agents }, number));

  test.each([2, 25, 5_000])(
    'for %i agents are what the hub takes, and somebody can do each of their tasks',
    (agents) => {
      const cast = upTo(agents).map((index) => memberOf({ ...SETTINGS, agents }, index));
      for (const { tasks } of plans(agents)) {
        expect(createMany?.input.safeParse({ tasks }).error?.issues ?? []).toEqual([]);
        expect(JSON.stringify({ tasks }).length).toBeLessThan(LARGE_COMMAND_MAX_BYTES);
        for (const { requires = [] } of tasks)
          expect(cast.some(({ capabilities }) => requires.every((skill) => capabilities.includes(skill)))).toBe(true);
      }
    },
  );

  test('are worked off in order: dependencies come before, and more than half can be begun at once', () => {
    const all = plans(100).map(({ tasks }) => tasks);
    for (const tasks of all)
      for (const [at, { dependencies = [] }] of tasks.entries())
        for (const key of dependencies) expect(tasks.slice(0, at).map((task) => task.key)).toContain(key);
    const ready = all.flat().filter(({ dependencies = [] }) => dependencies.length === 0);
    expect(ready.length / all.flat().length).toBeGreaterThan(0.5);
    expect(ready.length).toBeLessThan(all.flat().length);
  });

  test('show what tasks can be: priorities, reviews, skills, estimates', () => {
    const tasks = plans(100).flatMap((plan) => plan.tasks);
    expect(new Set(tasks.map(({ priority }) => priority))).toEqual(new Set([1, 2, 3, 4]));
    for (const field of ['review', 'maxAttempts'] as const) expect(tasks.some((task) => task[field])).toBe(true);
    for (const task of tasks) expect(task).toMatchObject({ description: expect.stringContaining('Made up') });
  });

  test('are announced always in a small fleet, seldom in a large one', () => {
    const announced = (agents: number) => plans(agents).filter(({ announcement }) => announcement !== undefined).length;
    expect(announced(25)).toBe(20);
    expect(announced(5_000)).toBeLessThan(3);
  });
});

describe('a job', () => {
  const all = jobs(SETTINGS);

  test('costs on average what the rates are reckoned with', () => {
    // One more to get the task.
    const writes = all.map(({ steps }) => 1 + steps.filter((step) => step.do !== 'fault').length);
    const mean = writes.reduce((sum, count) => sum + count, 0) / writes.length;
    expect(Math.abs(mean / WRITES_PER_JOB - 1)).toBeLessThan(0.15);
  });

  test('reports progress that only grows, with its steps counted', () => {
    for (const { steps } of all) {
      const reports = stepsOf([{ steps }], 'progress');
      const percents = reports.map(({ percent }) => percent);
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
      expect(Math.max(...percents)).toBeLessThan(100);
      expect(reports.map(({ activity }) => activity.step)).toEqual(upTo(reports.length).map((at) => at + 1));
    }
  });

  test('ends once, at its end; what was claimed is released before, unless the agent is gone', () => {
    for (const { steps } of all) {
      const ends = steps.filter(({ do: what }) => what === 'complete' || what === 'fail' || what === 'block');
      const last = steps.at(-1);
      const gone = last?.do === 'fault' && (last.kind === 'death' || last.kind === 'leave');
      expect(ends).toEqual(gone ? [] : [last]);
      if (gone) continue;
      const held = new Set<string>();
      for (const step of steps) {
        if (step.do === 'claim') held.add(step.what);
        if (step.do === 'release') expect(held.delete(step.what)).toBe(true);
      }
      expect([...held]).toEqual([]);
    }
  });

  test('shows all that agents do', () => {
    const kinds = [
      'claim',
      'release',
      'progress',
      'checkpoint',
      'message',
      'ask',
      'fault',
      'complete',
      'fail',
      'block',
    ];
    expect(new Set(all.flatMap(({ steps }) => steps.map((step) => step.do)))).toEqual(new Set(kinds));
    const messages = stepsOf(all, 'message');
    expect(messages.some(({ to }) => to === 'people') && messages.some(({ to }) => to === COORDINATOR_ID)).toBe(true);
  });

  test('says nothing the hub would not take', () => {
    const field = (command: string, input: object) =>
      COMMANDS.find(({ name }) => name === command)?.input.safeParse(input).error?.issues ?? [];
    for (const { result } of stepsOf(all, 'complete')) expect(taskResult.safeParse(result).success).toBe(true);
    for (const { body, terms } of stepsOf(all, 'ask')) expect(field('question.ask', { body, ...terms })).toEqual([]);
    for (const { percent: progress, activity } of stepsOf(all, 'progress'))
      expect(field('task.progress', { taskId: 'T-1', attempt: 1, progress, activity })).toEqual([]);
    for (const { to, type, body } of stepsOf(all, 'message'))
      expect(field('message.send', { to, type, body })).toEqual([]);
    for (const { paths } of stepsOf(all, 'claim'))
      if (paths !== undefined) expect(field('lock.claim', { paths })).toEqual([]);
  });

  test('nobody writes to itself', () => {
    for (const index of upTo(SETTINGS.agents))
      for (const { to } of stepsOf(
        upTo(50).map((number) => jobOf(SETTINGS, index, number)),
        'message',
      ))
        expect(to).not.toBe(memberOf(SETTINGS, index).id);
  });
});

describe('what goes wrong', () => {
  test.each([
    [25, 2.5],
    [500, 50],
    [5_000, 500],
  ])('in a fleet of %i at %i changes a second comes up as often as is said', (agents, rate) => {
    const settings = { agents, rate, seed: 3 };
    const sample = upTo(12_000).map((number) => jobOf(settings, 1 + (number % (agents - 1)), number));
    const minutes = (sample.length * WRITES_PER_JOB) / (rate * 60);
    const faults = stepsOf(sample, 'fault');
    const count = (kind: Fault['kind']) => faults.filter((fault) => fault.kind === kind).length;
    const found = {
      question: stepsOf(sample, 'ask').length,
      drop: count('drop'),
      freeze: count('freeze'),
      death: count('death'),
      leave: count('leave'),
    };
    for (const [what, times] of Object.entries(found)) {
      const expected = minutes * PER_MINUTE[what as keyof typeof found];
      // Six standard deviations, and those lost to an earlier end of the job.
      expect(times, what).toBeLessThan(expected + 6 * Math.sqrt(expected));
      expect(times, what).toBeGreaterThan(expected * 0.75 - 6 * Math.sqrt(expected));
    }
  });

  test('lasts long enough to be seen: frozen agents are late and not lost, dead ones are lost', () => {
    for (const fault of stepsOf(jobs(SETTINGS, 100), 'fault')) {
      const { heartbeatEveryMs } = memberOf(SETTINGS, 1);
      if (fault.kind === 'freeze') {
        expect(fault.awayMs).toBeGreaterThan(lateAfterMs(heartbeatEveryMs));
        expect(fault.awayMs + heartbeatEveryMs).toBeLessThan(lostAfterMs(heartbeatEveryMs));
      }
      if (fault.kind === 'death') expect(fault.awayMs).toBeGreaterThan(lostAfterMs(heartbeatEveryMs));
    }
  });

  test('and what fails or is blocked is the stated share', () => {
    const all = jobs({ ...SETTINGS, rate: 1_000 }, 200);
    const share = (what: Step['do']): number => stepsOf(all, what).length / all.length;
    expect(Math.abs(share('fail') - FAILED_SHARE)).toBeLessThan(0.015);
    expect(Math.abs(share('block') - BLOCKED_SHARE)).toBeLessThan(0.01);
    expect(share('complete')).toBeGreaterThan(0.85);
  });

  test('a step takes an agent as long as the rate leaves it', () => {
    expect(stepMs({ agents: 25, rate: 2.5, seed: 1 })).toBe(10_000);
  });
});
