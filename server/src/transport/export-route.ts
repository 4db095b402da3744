import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refuse } from '@signalbox/shared/errors';
import type { Ack } from '@signalbox/shared/protocol';
import type { Request, RequestHandler } from 'express';
import type { Projects } from '../project.ts';
import { exportLines } from './export.ts';
import { sendAck, sendRefusal } from './http-answer.ts';

/** Each keeps the records of its moment in memory until it is read. */
const AT_ONCE = 2;
/** Whoever reads nothing for so long has gone. */
const STALLED_MS = 60_000;

export interface ExportOptions {
  projects: Projects;
  /** What the command `project.export` answers this caller: whether it may. */
  ask(request: Pick<Request, 'headers'>, project: string): Promise<Ack<object>>;
}

/** `GET …/projects/{project}/export`: the download `project.export` names. */
export function exportRoute({ projects, ask }: ExportOptions): RequestHandler<{ project: string }> {
  let running = 0;
  return async (request, response) => {
    const { project: id } = request.params;
    const ack = await ask(request, id);
    if (!ack.ok) return sendAck(response, ack);
    const project = projects.get(id);
    if (project === undefined || running >= AT_ONCE)
      return sendRefusal(
        response,
        refuse('OVERLOADED', `${AT_ONCE} exports are being read already; ask again when one has ended.`, {
          retryAfterMs: 5_000,
        }),
      );
    running++;
    response.setTimeout(STALLED_MS, () => response.destroy());
    response.setHeader('Content-Type', 'application/x-ndjson');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Disposition', `attachment; filename="${project.id}.ndjson"`);
    try {
      await pipeline(Readable.from(exportLines(project, projects.hub)), response);
    } catch {
      // The reader is gone, or misses the last line: either way it knows that this is not all.
      response.destroy();
    } finally {
      running--;
    }
  };
}
