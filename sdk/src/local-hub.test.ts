import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { branchOf, projectIdFrom, settingsOf } from './local-hub.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'signalbox-local-'));
});
afterEach(() => rm(home, { recursive: true }));

const writeHub = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'signalbox'), { recursive: true });
  const ownerTokenFile = join(home, 'owner-token');
  await writeFile(ownerTokenFile, 'owner-secret\n');
  await writeFile(
    join(folder, 'signalbox', 'hub.json'),
    JSON.stringify({ url: 'http://127.0.0.1:4000', dataDir: home, ownerTokenFile }),
  );
};

/** Somebody's HTTP server, which remembers what it was shown. */
async function listening() {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { authorizations, url: `http://127.0.0.1:${port}`, close };
}

describe('settings', () => {
  test('what is given counts before the environment, the environment before the local hub', async () => {
    await writeHub(join(home, '.local', 'state'));
    const env = {
      HOME: home,
      SIGNALBOX_URL: 'http://127.0.0.1:4000',
      SIGNALBOX_TOKEN: 'e',
      SIGNALBOX_PROJECT: 'from-env',
    };
    expect(await settingsOf({ token: 'given' }, { env, cwd: home })).toEqual({
      url: 'http://127.0.0.1:4000',
      token: 'given',
      project: 'from-env',
    });
    expect(await settingsOf({}, { env: { HOME: home, SIGNALBOX_PROJECT: 'p' }, cwd: home })).toEqual({
      url: 'http://127.0.0.1:4000',
      token: 'owner-secret',
      project: 'p',
    });
  });

  test('XDG_STATE_HOME is where hub.json is looked for first', async () => {
    await writeHub(join(home, 'state'));
    const env = { HOME: '/nowhere', XDG_STATE_HOME: join(home, 'state') };
    expect(await settingsOf({ project: 'p' }, { env, cwd: home })).toMatchObject({ token: 'owner-secret' });
  });

  test('of several hubs it is the one whose data folder is named', async () => {
    await writeHub(join(home, 'state'));
    await writeFile(join(home, 'other-token'), 'other-secret');
    const other = { url: 'http://127.0.0.1:4001', dataDir: home, ownerTokenFile: join(home, 'other-token') };
    await writeFile(join(home, 'hub.json'), JSON.stringify(other));
    const env = { XDG_STATE_HOME: join(home, 'state'), SIGNALBOX_DATA_DIR: home };
    expect(await settingsOf({ project: 'p' }, { env, cwd: '/' })).toMatchObject({ token: 'other-secret' });
    const beside = { ...env, SIGNALBOX_DATA_DIR: '.' };
    expect(await settingsOf({ project: 'p' }, { env: beside, cwd: home })).toMatchObject({ url: other.url });
    const nobody = { ...env, SIGNALBOX_DATA_DIR: join(home, 'state') };
    await expect(settingsOf({ project: 'p' }, { env: nobody, cwd: '/' })).rejects.toThrow(
      /state.hub\.json is not there/,
    );
  });

  test('the owner token is not sent to another hub', async () => {
    await writeHub(join(home, '.local', 'state'));
    const elsewhere = await listening();
    const env = { HOME: home, SIGNALBOX_URL: elsewhere.url };
    await expect(settingsOf({ project: 'p' }, { env, cwd: home })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/SIGNALBOX_TOKEN/),
    });
    expect(elsewhere.authorizations).toEqual([undefined]);
    await elsewhere.close();
  });

  test('where nothing listens, that is said before a token is missed', async () => {
    const { url, close } = await listening();
    await close();
    const env = { HOME: home, SIGNALBOX_URL: url };
    await expect(settingsOf({ project: 'p' }, { env, cwd: home })).rejects.toThrow(`No hub answers at ${url} (`);
  });

  test.each([['nonsense'], ['localhost:4000'], ['ftp://127.0.0.1']])('%s is no address', async (address) => {
    const env = { HOME: home, SIGNALBOX_URL: address, SIGNALBOX_TOKEN: 't' };
    await expect(settingsOf({}, { env, cwd: home })).rejects.toThrow(`SIGNALBOX_URL is "${address}", which is no`);
    await expect(settingsOf({ url: address }, { env: {}, cwd: home })).rejects.toThrow(`url is "${address}", which is`);
  });

  test('an empty variable is not set', async () => {
    await writeHub(join(home, '.local', 'state'));
    const env = { HOME: home, SIGNALBOX_URL: '', SIGNALBOX_TOKEN: '' };
    expect(await settingsOf({ project: 'p' }, { env, cwd: home })).toMatchObject({ token: 'owner-secret' });
    const cwd = join(home, 'acme');
    expect(await settingsOf({}, { env: { ...env, SIGNALBOX_PROJECT: '' }, cwd })).toMatchObject({ project: 'acme' });
  });

  test('without a hub it says what to do', async () => {
    await expect(settingsOf({}, { env: { HOME: home }, cwd: home })).rejects.toThrow(/npm start/);
  });

  test('the project is the git root’s folder, from anywhere below it', async () => {
    const root = join(home, 'My Repo');
    await mkdir(join(root, '.git'), { recursive: true });
    await mkdir(join(root, 'src', 'deep'), { recursive: true });
    const env = { SIGNALBOX_URL: 'http://x', SIGNALBOX_TOKEN: 't' };
    expect((await settingsOf({}, { env, cwd: join(root, 'src', 'deep') })).project).toBe('my-repo');
  });

  test.each([
    ['acme-api', 'acme-api'],
    ['.dotted', 'dotted'],
    ['___', 'project'],
    ['x'.repeat(100), 'x'.repeat(63)],
  ])('%s becomes %s', (name, id) => {
    const made = projectIdFrom(name);
    expect(made).toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/);
    expect(made).toBe(id);
  });
});

describe('branch', () => {
  test('is read from HEAD, also in a linked work tree', async () => {
    await mkdir(join(home, 'repo', '.git', 'worktrees', 'w'), { recursive: true });
    await writeFile(join(home, 'repo', '.git', 'HEAD'), 'ref: refs/heads/feature/x\n');
    await writeFile(join(home, 'repo', '.git', 'worktrees', 'w', 'HEAD'), 'ref: refs/heads/other\n');
    await mkdir(join(home, 'linked'));
    await writeFile(join(home, 'linked', '.git'), `gitdir: ${join(home, 'repo', '.git', 'worktrees', 'w')}\n`);
    expect(await branchOf(join(home, 'repo'))).toBe('feature/x');
    expect(await branchOf(join(home, 'linked'))).toBe('other');
    await writeFile(join(home, 'repo', '.git', 'HEAD'), '0123456789\n');
    expect(await branchOf(join(home, 'repo'))).toBeUndefined();
  });
});
