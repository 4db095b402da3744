import { lateAfterMs, lostAfterMs } from '@signalbox/shared/time';
import { memberOf } from './cast.ts';
import { anyFile, hotFile, partsFor } from './files.ts';
import { Random } from './random.ts';
import { BLOCKED_SHARE, chanceOf, FAILED_SHARE, heartbeatMs, type SimSettings } from './settings.ts';
import type { Fault, Job, Step } from './steps.ts';
import { DOINGS, FAILURES, FINDINGS, OBSTACLES, QUESTIONS, REPLIES } from './words.ts';

const CLAIMS_SHARE = 0.7;
const SHARED_SHARE = 0.15;
const HOT_SHARE = 0.12;
const CHECKPOINT_SHARE = 0.5;
const MESSAGE_SHARE = 0.3;
const REPLY_SHARE = 0.5;
const TO_PEOPLE_SHARE = 0.02;
const BLOCKING_SHARE = 0.5;

/** What agent `index` does with its task number `number`. Pure: the same settings give the same steps. */
export function jobOf(settings: SimSettings, index: number, number: number): Job {
  const random = new Random(settings.seed, 'job', index, number);
  const parts = partsFor(settings.agents);
  const total = random.int(3, 7);
  const claims = random.chance(CLAIMS_SHARE);
  const steps: Step[] = [];
  if (claims)
    steps.push({ do: 'claim', what: 'files of the task', mode: random.chance(SHARED_SHARE) ? 'shared' : 'exclusive' });
  const besides = asides(random, settings, { index, total });
  for (let step = 1; step <= total; step++) {
    const activity = { doing: `${random.pick(DOINGS)} ${anyFile(random, parts)}`, step, total };
    steps.push({ do: 'progress', percent: Math.round((100 * step) / (total + 1)), activity });
    for (const aside of besides) {
      if (aside.after !== step) continue;
      steps.push(aside.step);
      // Whoever comes back from there has forgotten what it was doing.
      if (isEnd(aside.step)) return { steps };
    }
  }
  if (claims) steps.push({ do: 'release', what: 'files of the task' });
  steps.push(ending(random));
  return { steps };
}

const isEnd = (step: Step): boolean => step.do === 'fault' && (step.kind === 'death' || step.kind === 'leave');

interface Aside {
  /** The step of progress it comes after. */
  after: number;
  step: Step;
}

/** What comes up on the way. */
function asides(random: Random, settings: SimSettings, { index, total }: { index: number; total: number }): Aside[] {
  const found: Aside[] = [];
  const add = (step: Step, after = random.int(1, total)): void => void found.push({ after, step });
  if (random.chance(CHECKPOINT_SHARE)) {
    const done = Math.ceil(total / 2);
    add({ do: 'checkpoint', note: `${done} of ${total} steps`, data: { done, of: total } }, done);
  }
  if (random.chance(HOT_SHARE)) {
    const after = random.int(1, total - 1);
    add(
      { do: 'claim', what: 'hot file', paths: [hotFile(random, partsFor(settings.agents))], mode: 'exclusive' },
      after,
    );
    add({ do: 'release', what: 'hot file' }, after + 1);
  }
  if (random.chance(MESSAGE_SHARE)) add(message(random, settings, index));
  if (random.chance(chanceOf('question', settings))) add(ask(random));
  const fault = faultOf(random, settings);
  if (fault !== undefined) add({ do: 'fault', ...fault });
  return found;
}

function message(random: Random, settings: SimSettings, index: number): Step {
  // Anybody else; the coordinator, too.
  const peer = (index + random.int(1, settings.agents - 1)) % settings.agents;
  const toPeople = random.chance(TO_PEOPLE_SHARE);
  const body = `${anyFile(random, partsFor(settings.agents))} ${random.pick(FINDINGS)}`;
  const reply = random.chance(REPLY_SHARE) ? random.pick(REPLIES) : undefined;
  return toPeople
    ? { do: 'message', to: 'people', type: 'finding', body, reply: undefined }
    : { do: 'message', to: memberOf(settings, peer).id, type: 'finding', body, reply };
}

function ask(random: Random): Step {
  const [body, first, ...others] = random.pick(QUESTIONS);
  return {
    do: 'ask',
    body,
    terms: {
      options: [first, ...others],
      default: first,
      deadlineMs: random.int(60_000, 120_000),
      blocking: random.chance(BLOCKING_SHARE),
    },
  };
}

/** At most one in a job. */
function faultOf(random: Random, settings: SimSettings): Fault | undefined {
  const beat = heartbeatMs(settings);
  const lost = lostAfterMs(beat);
  const away: Record<Fault['kind'], number> = {
    drop: random.int(2_000, 8_000),
    // Late for all to see, but back before it counts as lost, even if the last heartbeat was a while ago.
    freeze: random.int(Math.round(lateAfterMs(beat) * 1.05), Math.round((lost - beat) * 0.97)),
    death: random.int(Math.round(lost * 1.3), lost * 2),
    leave: random.int(20_000, 60_000),
  };
  for (const kind of ['drop', 'freeze', 'death', 'leave'] as const)
    if (random.chance(chanceOf(kind, settings))) return { kind, awayMs: away[kind] };
  return undefined;
}

function ending(random: Random): Step {
  if (random.chance(FAILED_SHARE)) return { do: 'fail', reason: random.pick(FAILURES) };
  if (random.chance(BLOCKED_SHARE)) return { do: 'block', reason: random.pick(OBSTACLES) };
  const summary = `Done: ${random.int(1, 9)} files changed, ${random.int(2, 40)} tests pass.`;
  return { do: 'complete', result: { summary, commit: random.hex(40) } };
}
