import { AgentClient } from '@signalbox/sdk/agent-client';
import { isCode } from '@signalbox/sdk/errors';
import type { Work } from '@signalbox/sdk/work';
import type { TaskRecord } from '@signalbox/shared/records/task';
import { plain } from '../plain.ts';
import { obey } from './directives.ts';
import type { AreaJob, Job } from './job.ts';
import { collectTodos, findLargest, readHistory, runChecks, takeInventory, traceImports } from './jobs/figures.ts';
import { makePlan } from './jobs/plan.ts';
import { askForFocus, lookCloser, writeReport, writeSummary } from './jobs/writing.ts';
import { areaSlugIn, KINDS, type Kind } from './plan.ts';
import { figureFile, PLAN_FILE, planFile, ReportFolder, reportFile } from './report-folder.ts';
import { ROSTER } from './roster.ts';
import { demoSettings, HEARTBEAT_MS } from './settings.ts';
import { claimFile } from './shared-files.ts';

/** What the hub takes. */
const CWD_MAX = 1_000;

/** One agent of the demo: a process of its own that knows the hub through the public SDK only. */
const settings = demoSettings.parse(JSON.parse(process.argv[2] ?? '{}'));
const member = ROSTER.find(({ id }) => id === settings.member);
if (member === undefined) throw new Error(`${settings.member} is not of this crew`);
const report = new ReportFolder(settings.out);
const client = new AgentClient({
  id: member.id,
  role: member.role,
  capabilities: member.abilities,
  heartbeatEveryMs: HEARTBEAT_MS,
  cwd: plain(settings.root).slice(0, CWD_MAX),
});
/** Ends the commands this agent runs, together with it. */
const gone = new AbortController();
let doing = 'I have no task at the moment.';

const AREA_JOBS: Partial<Record<Kind, (job: AreaJob) => Promise<string>>> = {
  inventory: takeInventory,
  sizes: findLargest,
  imports: traceImports,
  todos: collectTodos,
  hotspots: readHistory,
  checks: runChecks,
  report: writeReport,
};
const OTHER_JOBS: Partial<Record<Kind, (job: Job) => Promise<string>>> = {
  focus: askForFocus,
  closer: lookCloser,
  summary: writeSummary,
};

async function attempt(task: TaskRecord, work: Work): Promise<string> {
  const base = { task, work, client, settings, report, stop: AbortSignal.any([work.step, gone.signal]) };
  const kind = KINDS.find((known) => known === task.type);
  if (kind === 'plan') return makePlan(base);
  const plan = await report.readJson(PLAN_FILE, planFile);
  const job = kind === undefined ? undefined : OTHER_JOBS[kind];
  if (plan !== null && job !== undefined) return job({ ...base, plan });
  const areaJob = kind === undefined ? undefined : AREA_JOBS[kind];
  const area = plan?.areas.find(({ slug }) => slug === areaSlugIn(task.description));
  if (kind === undefined || plan === null || areaJob === undefined || area === undefined)
    throw new Error(`I do not know how to do "${task.title}"; the crew only takes stock of repositories.`);
  // What it writes is its own for the whole attempt; after a dead agent, only when that one's lease has ended.
  await using lock = await claimFile(base, kind === 'report' ? reportFile(area.slug) : figureFile(kind, area.slug));
  // Awaited here: the lock is released when this block ends.
  return await areaJob({ ...base, plan, area, stop: AbortSignal.any([base.stop, lock.signal]) });
}

/** A lock is lost when the hub was away for longer than the lease: it is claimed again, and the checkpoint is there. */
async function attemptWhileLocked(task: TaskRecord, work: Work): Promise<string> {
  for (;;) {
    try {
      return await attempt(task, work);
    } catch (error) {
      if (work.signal.aborted || !isCode(error, 'LOCK_LOST')) throw error;
    }
  }
}

client.onTask(async (task, work) => {
  doing = `I am at ${task.id}, ${task.title}.`;
  try {
    return await attemptWhileLocked(task, work);
  } finally {
    doing = `I have no task at the moment; the last was ${task.id}.`;
  }
});
// Findings are read: what was said about a folder is quoted in its report, from the thread.
client.onMessage(() => undefined);
client.onDirective((call) => obey(call, () => doing));
let connected = false;
client.onState((state) => {
  connected ||= state.state === 'live';
  // Removed, or refused for good. Before the first welcome `connect` may yet try again, and says why when it does not.
  const isOut = connected && state.state === 'closed' && state.error !== null;
  if (!isOut && state.state !== 'superseded') return;
  gone.abort();
  process.exit(1);
});

let leaving = false;
async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  await client.leave('the demo is over').catch(() => undefined);
  gone.abort();
  process.exit(0);
}
process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => void leave());
// The runner is gone: nobody would end this process any more.
process.on('disconnect', () => void leave());

await client.connect();
process.send?.('ready');
