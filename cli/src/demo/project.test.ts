import { expect, test } from 'vitest';
import { fakeHub } from '../testing/fake-hub.ts';
import { makeProject } from './project.ts';

const now = new Date(2026, 10, 20, 12, 3, 7);
const refused = (code: string) => ({ status: 409, body: { ok: false, error: { code, message: `${code}.` } } });
const settings = (url: string) => ({ url, token: 'secret', project: '_hub' });

test('runs that begin in the same second have projects of their own', async () => {
  const taken = new Set(['demo-repo-120307', 'demo-repo-120307-2']);
  await using hub = await fakeHub((path) =>
    taken.has(path.split('/').at(-2) ?? '') ? refused('CONFLICT') : { body: { ok: true, epoch: 1, seq: 2 } },
  );
  expect(await makeProject(settings(hub.url), 'repo', now)).toEqual({
    ...settings(hub.url),
    project: 'demo-repo-120307-3',
  });
  expect(hub.calls.map(({ input }) => input)).toEqual(
    ['demo-repo-120307', 'demo-repo-120307-2', 'demo-repo-120307-3'].map((id) => ({ id, name: 'Demo: repo 12:03' })),
  );
});

test.each([
  ['CONFLICT', 9],
  ['FORBIDDEN', 1],
])('what is refused with %s for good is told', async (code, tries) => {
  await using hub = await fakeHub(() => refused(code));
  await expect(makeProject(settings(hub.url), 'repo', now)).rejects.toThrow(`${code}.`);
  expect(hub.calls).toHaveLength(tries);
});
