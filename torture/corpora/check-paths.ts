import { z } from 'zod';
import { type Agent, type Answer, Cast, type CorpusOptions, type CorpusResult } from './cast.ts';
import { BOMBS, COMPOSED, OTHER_BOMBS, OTHERS, PLAIN, REFUSED, SAME } from './hostile-paths.ts';

/** A claim of many hard patterns against many others; so long nobody else is heard. */
const WITHIN_MS = 2_000;

const granted = z.looseObject({ lockId: z.string(), fence: z.string(), paths: z.array(z.string()) });
const created = z.looseObject({ task: z.looseObject({ files: z.array(z.string()) }) });

/** One agent holds a file; another one tries to get at it by every other name, in claims and as files of tasks. */
export async function checkPaths(options: CorpusOptions): Promise<CorpusResult> {
  await using cast = await Cast.gather(options);
  const [alice, bob] = [await cast.agent('alice'), await cast.agent('bob')];
  await cast.must('lock.claim', { paths: [PLAIN] }, alice.headers);
  const passed: string[] = [];
  const see = (path: string, fault: string | undefined): void => {
    if (fault !== undefined) passed.push(`${JSON.stringify(path.slice(0, 80))} ${fault}`);
  };
  for (const path of REFUSED) {
    see(path, expected(await claim(cast, bob, path), 'BAD_INPUT'));
    see(path, expected(await cast.ask('task.create', { title: 'x', files: [path] }, bob.headers), 'BAD_INPUT'));
  }
  for (const path of SAME) see(path, expected(await claim(cast, bob, path), 'LOCK_HELD'));
  for (const path of OTHERS) {
    see(path, await otherFile(cast, bob, path));
    see(path, await otherInTask(cast, bob, path));
  }
  await cast.must('lock.claim', { paths: [COMPOSED[0]] }, alice.headers);
  see(COMPOSED[1], expected(await claim(cast, bob, COMPOSED[1]), 'LOCK_HELD'));
  await cast.must('lock.claim', { paths: BOMBS }, alice.headers);
  see(
    'a second lot of patterns made to be hard',
    expected(await cast.ask('lock.claim', { paths: OTHER_BOMBS }, alice.headers), 'QUOTA'),
  );
  const started = performance.now();
  await cast.must('lock.claim', { paths: OTHER_BOMBS }, bob.headers);
  const tookMs = Math.round(performance.now() - started);
  if (tookMs > WITHIN_MS) passed.push(`patterns made to be hard held up the hub for ${tookMs} ms`);
  return { tried: 2 * REFUSED.length + SAME.length + 2 * OTHERS.length + 3, passed };
}

const claim = (cast: Cast, { headers }: Agent, path: string): Promise<Answer> =>
  cast.ask('lock.claim', { paths: [path] }, headers);

function expected(answer: Answer, code: string): string | undefined {
  return answer.error?.code === code ? undefined : `was not ${code} but ${answer.error?.code ?? 'granted'}`;
}

/** Granted as what it is, which is not the file that is held. */
async function otherFile(cast: Cast, bob: Agent, path: string): Promise<string | undefined> {
  const answer = await claim(cast, bob, path);
  if (!answer.ok) return expected(answer, 'BAD_INPUT');
  const { lockId, fence, paths } = granted.parse(answer);
  await cast.must('lock.release', { lockId, fence }, bob.headers);
  return isItself(paths, path) ? undefined : `was granted as ${JSON.stringify(paths)}`;
}

async function otherInTask(cast: Cast, bob: Agent, path: string): Promise<string | undefined> {
  const answer = await cast.ask('task.create', { title: 'x', files: [path] }, bob.headers);
  if (!answer.ok) return expected(answer, 'BAD_INPUT');
  const { files } = created.parse(answer).task;
  return isItself(files, path) ? undefined : `became the file ${JSON.stringify(files)} of a task`;
}

const isItself = (paths: readonly string[], path: string): boolean =>
  paths.length === 1 && paths[0] === path.normalize('NFC') && paths[0] !== PLAIN;
