import { isCode } from '@signalbox/sdk/errors';
import { type AreaJob, breathe, type Job } from './job.ts';
import { claimOn } from './report-folder.ts';
import { LEASE_MS } from './settings.ts';

const WAIT_MS = 10 * 60_000;

/** Claims what a job writes; several agents want the same page, so they wait in line for it. */
export const claimFile = (job: Pick<Job, 'client' | 'task' | 'work'>, path: string) =>
  job.client.claim([claimOn(path)], {
    ttlMs: LEASE_MS,
    waitMs: WAIT_MS,
    taskId: job.task.id,
    reason: job.task.title,
    signal: job.work.signal,
  });

/** Reads a page that belongs to all, and writes it back with a change, alone. */
export async function changeSharedPage(job: Job, path: string, change: (before: string) => string): Promise<void> {
  await using lock = await claimFile(job, path);
  const alone: Job = { ...job, stop: AbortSignal.any([job.stop, lock.signal]) };
  const before = await job.report.read(path);
  // At a watchable pace others come to want the page meanwhile, and are seen waiting.
  await breathe(alone);
  alone.stop.throwIfAborted();
  await job.report.write(path, change(before));
}

const FINDINGS = 'findings.md';
const FINDINGS_HEAD = '# Findings\n\nWhat the agents told each other, in the order they found it.\n\n';

/** Tells colleagues, in the thread of the area, and writes it on the common page. A second attempt does not repeat it. */
export async function shareFinding(job: AreaJob, to: string, body: string): Promise<void> {
  const line = `- ${job.task.id} ${job.client.id}: ${body}`;
  const mark = `- ${job.task.id} `;
  await changeSharedPage(job, FINDINGS, (before) =>
    before.includes(`\n${mark}`) ? before : `${before === '' ? FINDINGS_HEAD : before}${line}\n`,
  );
  try {
    await job.client.send({ to, type: 'finding', body, thread: threadOf(job.area.slug) });
  } catch (error) {
    // Nobody of that role is left, or their inboxes are full: the page has it.
    if (!isCode(error, 'NOT_FOUND', 'BAD_INPUT', 'INBOX_FULL')) throw error;
  }
}

export const threadOf = (slug: string): string => `area:${slug}`;
