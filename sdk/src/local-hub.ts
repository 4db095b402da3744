import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isObject } from './answer.ts';
import { SignalboxError } from './errors.ts';
import { unreachable } from './http.ts';

export interface Settings {
  url: string;
  token: string;
  project: string;
}
export interface Where {
  env: Record<string, string | undefined>;
  cwd: string;
}

/**
 * Where the hub is and who we are there: what was given, else the environment, else the hub of this user on this
 * machine, which says so in its `hub.json`: of `SIGNALBOX_DATA_DIR` where that is set, else the one that started last.
 */
export async function settingsOf(given: Partial<Settings>, { env, cwd }: Where): Promise<Settings> {
  const url = given.url ?? (env.SIGNALBOX_URL || undefined);
  if (url !== undefined) checkAddress(url, given.url === undefined ? 'SIGNALBOX_URL' : 'url');
  const token = given.token ?? (env.SIGNALBOX_TOKEN || undefined);
  const project = given.project ?? (env.SIGNALBOX_PROJECT || (await projectOf(cwd)));
  if (url !== undefined && token !== undefined) return { url, token, project };
  const file = resolve(cwd, hubFile(env));
  const local = await readHubFile(file);
  const ours = local !== null && (url === undefined || new URL(url).origin === new URL(local.url).origin);
  if (url !== undefined && token === undefined && !ours) return noTokenFor(url);
  if (local === null)
    throw new SignalboxError({
      code: 'UNAUTHENTICATED',
      message: `No hub is known: ${file} is not there. Start one with npm start, or set SIGNALBOX_URL and SIGNALBOX_TOKEN.`,
    });
  return { url: url ?? local.url, token: token ?? (await ownerToken(local.ownerTokenFile)), project };
}

function checkAddress(url: string, setting: string): void {
  if (URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)) return;
  throw new SignalboxError({
    code: 'BAD_INPUT',
    message: `${setting} is "${url}", which is no address of a hub; one looks like http://127.0.0.1:3334.`,
  });
}

/** Asks first whether anybody is there: where nobody is, a token would not help. */
async function noTokenFor(url: string): Promise<never> {
  const problem = await unreachable(url);
  if (problem !== undefined) throw new SignalboxError({ code: 'TIMEOUT', message: problem });
  throw new SignalboxError({ code: 'UNAUTHENTICATED', message: `No token for ${url}: set SIGNALBOX_TOKEN.` });
}

const hubFile = (env: Where['env']): string =>
  env.SIGNALBOX_DATA_DIR
    ? join(env.SIGNALBOX_DATA_DIR, 'hub.json')
    : join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'signalbox', 'hub.json');

async function readHubFile(file: string): Promise<{ url: string; ownerTokenFile: string } | null> {
  const content = await readFile(file, 'utf8').catch(() => null);
  if (content === null) return null;
  const parsed: unknown = parseJson(content);
  if (
    isObject(parsed) &&
    typeof parsed.url === 'string' &&
    URL.canParse(parsed.url) &&
    typeof parsed.ownerTokenFile === 'string'
  )
    return { url: parsed.url, ownerTokenFile: parsed.ownerTokenFile };
  throw new SignalboxError({
    code: 'UNAUTHENTICATED',
    message: `${file} does not say where the hub is. Start the hub anew with npm start.`,
  });
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

const ownerToken = (file: string): Promise<string> =>
  readFile(file, 'utf8').then(
    (content) => content.trim(),
    () => {
      throw new SignalboxError({
        code: 'UNAUTHENTICATED',
        message: `The owner token ${file} cannot be read. Set SIGNALBOX_TOKEN, or start the hub anew with npm start.`,
      });
    },
  );

/** The folder that has `.git`, from here upwards. */
export async function gitRootOf(cwd: string): Promise<string | null> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if ((await stat(join(folder, '.git')).catch(() => null)) !== null) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** The name of the git root's folder as a project id; of the working folder where there is no git. */
export async function projectOf(cwd: string): Promise<string> {
  return projectIdFrom(basename((await gitRootOf(cwd)) ?? resolve(cwd)));
}

export const projectIdFrom = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63) || 'project';

/** The checked-out branch, read without running git; undefined when detached or not a repository. */
export async function branchOf(cwd: string): Promise<string | undefined> {
  const root = await gitRootOf(cwd);
  if (root === null) return undefined;
  const dotGit = join(root, '.git');
  // In a linked work tree `.git` is a file that says where the real one is.
  const link = await readFile(dotGit, 'utf8').catch(() => '');
  const folder = link.startsWith('gitdir: ') ? resolve(root, link.slice('gitdir: '.length).trim()) : dotGit;
  const head = await readFile(join(folder, 'HEAD'), 'utf8').catch(() => '');
  return /^ref: refs\/heads\/(.{1,255})$/m.exec(head)?.[1];
}
