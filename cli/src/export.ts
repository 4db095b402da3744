import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { call, hubOf } from './call.ts';
import { CliError, type Io } from './io.ts';

const END = '{"end":true,';

/** Downloads everything of a project into a new file, for its owner alone: it holds what agents and people wrote. */
export async function exportProject(io: Io, { project, out }: { project?: string; out?: string }): Promise<void> {
  const { url, records } = await call(io, 'project.export', {}, { project });
  const hub = await hubOf(io, project);
  const file = resolve(io.cwd, out ?? `${hub.project}.ndjson`);
  const folder = dirname(file);
  if (!(await isFolder(folder)))
    throw new CliError(`There is no folder ${folder}; make it, or name another with --out.`);
  const response = await fetch(new URL(String(url), hub.url), { headers: { authorization: `Bearer ${hub.token}` } });
  if (!response.ok || response.body === null)
    throw new CliError(`The hub answered ${response.status}; try it again in a moment.`);
  let tail = '';
  const watched = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      tail = (tail + chunk.toString('utf8')).slice(-200);
      done(null, chunk);
    },
  });
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(Readable.fromWeb(response.body), watched, target);
  } catch (error) {
    if (isThere(error)) throw new CliError(`${file} exists already; name another with --out.`);
    await rm(file, { force: true });
    throw new CliError(`The download broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!tail.trimEnd().split('\n').at(-1)?.startsWith(END)) {
    await rm(file, { force: true });
    throw new CliError('The download broke off before its end; try it again.');
  }
  io.out(`${file}: ${String(records)} records`);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';
