import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf } from '@signalbox/sdk/errors';
import { unreachable } from '@signalbox/sdk/http';
import type { Settings } from '@signalbox/sdk/local-hub';
import { call, hubOf } from './call.ts';
import { untilInterrupted } from './interruption.ts';
import { CliError, type Io } from './io.ts';

const END = '{"end":true,';

/** Downloads everything of a project into a new file, for its owner alone: it holds what agents and people wrote. */
export async function exportProject(io: Io, { project, out }: { project?: string; out?: string }): Promise<void> {
  const { url, records } = await call(io, 'project.export', {}, { project });
  const hub = await hubOf(io, project);
  const file = resolve(io.cwd, out ?? `${hub.project}.ndjson`);
  const folder = dirname(file);
  if ((await found(folder))?.isDirectory() !== true)
    throw new CliError(`There is no folder ${folder}; make it, or name another with --out.`);
  if ((await found(file)) !== undefined) throw existsAlready(file);
  using interruption = untilInterrupted();
  const { signal } = interruption;
  // Under its own name only when all of it is there; of its own, so that two exports at once do not write into one.
  const part = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(part, download(hub, new URL(String(url), hub.url), signal), { flag: 'wx', mode: 0o600 });
    await link(part, file);
  } catch (error) {
    if (signal.aborted) throw new CliError('Stopped; nothing of the download is kept.');
    if (error instanceof CliError) throw error;
    if (isThere(error)) throw existsAlready(file);
    throw new CliError(`The download broke off: ${messageOf(error)}`);
  } finally {
    await rm(part, { force: true });
  }
  io.out(`${file}: ${String(records)} records`);
}

/** What the hub sends; throws unless it came to its end. */
async function* download(hub: Settings, address: URL, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const response = await fetch(address, { headers: { authorization: `Bearer ${hub.token}` }, signal }).catch(
    async (error: unknown) => {
      throw new CliError((await unreachable(hub.url)) ?? `The download did not begin: ${messageOf(error)}`);
    },
  );
  if (!response.ok || response.body === null)
    throw new CliError(`The hub answered ${response.status}; try it again in a moment.`);
  let tail = '';
  for await (const chunk of response.body) {
    tail = (tail + Buffer.from(chunk).toString('utf8')).slice(-200);
    yield chunk;
  }
  if (!tail.trimEnd().split('\n').at(-1)?.startsWith(END))
    throw new CliError('The download broke off before its end; try it again.');
}

const found = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined);

const existsAlready = (file: string): CliError => new CliError(`${file} exists already; name another with --out.`);

const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';
