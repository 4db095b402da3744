import { isRefusal } from '@signalbox/shared/errors';
import { describe, expect, test } from 'vitest';
import type { Caller } from './decision.ts';
import {
  decideForgetExpired,
  decideHubKey,
  decideProjectCreate,
  decideProjectForget,
  decideProjectRemove,
  decideProjectUpdate,
  decideSessionClose,
  decideSessionOfToken,
  decideSessionOpen,
  decideTokenCreate,
  decideTokenLink,
  decideTokenRevoke,
} from './hub.ts';
import { HUB, Scene } from './testing/scene.ts';

const KIM: Caller = { kind: 'person', name: 'kim', role: 'admin' };
const DAY_MS = 86_400_000;

/** The records of a hub with one project. */
function hub(): Scene {
  const made = new Scene();
  made.decide(KIM, decideProjectCreate, { id: 'acme' });
  return made;
}
const tokens = (on: Scene) => on.replica.all('token');
function link(on: Scene, project?: string): string {
  const reply = on.decide(KIM, decideTokenLink, { role: 'operator', name: 'Ann', project });
  return isRefusal(reply) ? '' : reply.linkId;
}

describe('projects', () => {
  test('[HB9] an update changes what it names; without a limit a budget is none', () => {
    const made = hub();
    const update = (input: Omit<Parameters<typeof decideProjectUpdate>[1], 'projectId'>) =>
      made.decide(KIM, decideProjectUpdate, { projectId: 'acme', ...input });
    update({ name: 'Acme', budgetUsd: 50, retention: { finishedTasksMs: 60_000 } });
    update({ retention: { ackedMessagesMs: 5_000 } });
    expect(made.replica.get('project', 'acme')).toMatchObject({
      name: 'Acme',
      budgetUsd: 50,
      retention: { finishedTasksMs: 60_000, ackedMessagesMs: 5_000 },
    });
    update({ budgetUsd: null });
    expect(made.replica.get('project', 'acme')).not.toHaveProperty('budgetUsd');
  });

  test('[HB1] are created once, with a name of their own or their id', () => {
    const made = hub();
    expect(made.replica.get('project', 'acme')).toMatchObject({
      name: 'acme',
      createdBy: 'human:kim',
      createdAt: made.at,
    });
    expect(made.decide(KIM, decideProjectCreate, { id: 'acme', name: 'Other' })).toMatchObject({
      refused: { code: 'CONFLICT' },
    });
    made.decide(KIM, decideProjectCreate, { id: 'web', name: 'The web' });
    expect(made.replica.all('project').map(({ name }) => name)).toEqual(['acme', 'The web']);
  });

  test('[HB1] are renamed, if they are there', () => {
    const made = hub();
    expect(made.decide(KIM, decideProjectUpdate, { projectId: 'acme', name: 'Acme' })).toMatchObject({
      project: { name: 'Acme' },
    });
    expect(made.decide(KIM, decideProjectUpdate, { projectId: 'acme' })).toMatchObject({ project: { name: 'Acme' } });
    expect(made.decide(KIM, decideProjectUpdate, { projectId: 'web' })).toMatchObject({
      refused: { code: 'NOT_FOUND' },
    });
  });
});

describe('removing', () => {
  const simulated = (): Scene => {
    const made = hub();
    made.decide(KIM, decideProjectCreate, { id: 'sim', simulated: true });
    return made;
  };
  const remove = (on: Scene, projectId = 'sim') => on.decide(KIM, decideProjectRemove, { projectId });

  test('[HB5] is for simulated projects, and a second time changes nothing', () => {
    const made = simulated();
    const removed = { project: { id: 'sim', simulated: true, removing: true } };
    expect(remove(made)).toMatchObject(removed);
    const { seq } = made;
    expect(remove(made)).toMatchObject(removed);
    expect(made.seq).toBe(seq);
  });

  test('[HB5] leaves a real project, and names one that is not there', () => {
    const made = simulated();
    const { seq } = made;
    expect(remove(made, 'acme')).toMatchObject({ refused: { code: 'INVALID_STATE' } });
    expect(remove(made, 'nowhere')).toMatchObject({ refused: { code: 'NOT_FOUND' } });
    expect(made.seq).toBe(seq);
  });

  test('[HB5] takes the tokens, sessions and links of this project with it, and no others', () => {
    const made = simulated();
    for (const project of ['acme', 'sim', undefined]) {
      made.decide(KIM, decideTokenCreate, { role: 'viewer', name: `Token of ${project}`, project });
      made.decide(HUB, decideSessionOpen, { linkId: link(made, project) });
      link(made, project);
    }
    remove(made);
    const left = (kind: 'token' | 'link') => made.replica.all(kind).map(({ project }) => project);
    expect(left('token')).toEqual(['acme', 'acme', undefined, undefined]);
    expect(left('link')).toEqual(['acme', undefined]);
  });

  test('[HB5] lets nobody in, rename or make it anew until it is forgotten', () => {
    const made = simulated();
    remove(made);
    expect([
      made.decide(KIM, decideTokenCreate, { role: 'agent', project: 'sim' }),
      made.decide(KIM, decideTokenLink, { role: 'viewer', name: 'Ann', project: 'sim' }),
      made.decide(KIM, decideProjectUpdate, { projectId: 'sim', name: 'Mine' }),
      made.decide(KIM, decideProjectCreate, { id: 'sim' }),
    ]).toMatchObject([
      { refused: { code: 'BAD_INPUT' } },
      { refused: { code: 'BAD_INPUT' } },
      { refused: { code: 'NOT_FOUND' } },
      { refused: { code: 'INVALID_STATE', retry: { afterMs: 1_000 } } },
    ]);
    made.decide(HUB, decideProjectForget, { projectId: 'sim' });
    expect(made.replica.all('project').map(({ id }) => id)).toEqual(['acme']);
    expect(made.decide(KIM, decideProjectCreate, { id: 'sim' })).toMatchObject({ project: { id: 'sim' } });
  });

  test('[HB5] nothing is forgotten that was not removed', () => {
    const made = simulated();
    for (const projectId of ['acme', 'sim', 'nowhere']) made.decide(HUB, decideProjectForget, { projectId });
    expect(made.replica.all('project').map(({ id }) => id)).toEqual(['acme', 'sim']);
  });
});

describe('tokens', () => {
  test('[HB2] have ids that never come again, and no secret in their record', () => {
    const made = hub();
    for (let i = 0; i < 3; i++)
      made.decide(KIM, decideTokenCreate, { role: 'agent', project: 'acme', agentId: 'alice', expiresMs: DAY_MS });
    expect(new Set(tokens(made).map(({ id }) => id)).size).toBe(3);
    expect(tokens(made)[0]).toEqual({
      kind: 'token',
      id: expect.stringMatching(/^[0-9a-z]{5,}$/),
      rev: 2,
      role: 'agent',
      name: 'alice',
      project: 'acme',
      agentId: 'alice',
      use: 'token',
      createdBy: 'human:kim',
      createdAt: made.at,
      expiresAt: made.at + DAY_MS,
    });
  });

  test.each([
    ['a person', { role: 'viewer', name: 'Wall' }, 'Wall'],
    ['any agent of a project', { role: 'agent', project: 'acme' }, 'agent of acme'],
    ['one agent', { role: 'agent', project: 'acme', agentId: 'alice' }, 'alice'],
    ['an agent with a name of its own', { role: 'agent', project: 'acme', name: 'CI' }, 'CI'],
  ] as const)('[HB2] for %s', (_, input, name) => {
    const made = hub();
    made.decide(KIM, decideTokenCreate, input);
    expect(tokens(made)).toMatchObject([{ name, role: input.role }]);
    expect(tokens(made)[0]).not.toHaveProperty('expiresAt');
  });

  test('[HB2] need a project that is there', () => {
    const made = hub();
    for (const reply of [
      made.decide(KIM, decideTokenCreate, { role: 'agent', project: 'nowhere' }),
      made.decide(KIM, decideTokenLink, { role: 'viewer', name: 'Ann', project: 'nowhere' }),
    ])
      expect(reply).toMatchObject({ refused: { code: 'BAD_INPUT', details: { field: 'project' } } });
  });

  test('[HB2] are revoked once', () => {
    const made = hub();
    const created = made.decide(KIM, decideTokenCreate, { role: 'viewer', name: 'Wall' });
    const tokenId = isRefusal(created) ? '' : created.tokenId;
    expect(made.decide(KIM, decideTokenRevoke, { tokenId })).toMatchObject({ token: { name: 'Wall' } });
    expect(tokens(made)).toEqual([]);
    expect(made.decide(KIM, decideTokenRevoke, { tokenId })).toMatchObject({ refused: { code: 'NOT_FOUND' } });
  });
});

describe('links', () => {
  test('[HB3] become a session of the same rights once', () => {
    const made = hub();
    const linkId = link(made, 'acme');
    const opened = made.decide(HUB, decideSessionOpen, { linkId });
    expect(tokens(made)).toMatchObject([
      { role: 'operator', name: 'Ann', project: 'acme', use: 'session', expiresAt: made.at + 30 * DAY_MS },
    ]);
    expect(opened).toEqual({ tokenId: tokens(made)[0]?.id });
    expect(made.replica.count('link')).toBe(0);
    expect(made.decide(HUB, decideSessionOpen, { linkId })).toMatchObject({ refused: { code: 'EXPIRED' } });
  });

  test.each([
    [899_999, false],
    [900_000, true],
  ])('[HB3] after %d ms: refused %j', (ms, refused) => {
    const made = hub();
    const linkId = link(made);
    expect(isRefusal(made.pass(ms).decide(HUB, decideSessionOpen, { linkId }))).toBe(refused);
  });

  test('[HB3] that nobody used do not pile up', () => {
    const made = hub();
    link(made);
    made.pass(900_000);
    const fresh = link(made);
    expect(made.replica.all('link').map(({ id }) => id)).toEqual([fresh]);
  });
});

describe('sessions of a token', () => {
  const person = (made: Scene, more: object = {}) => {
    made.decide(KIM, decideTokenCreate, { role: 'operator', name: 'Ann', project: 'acme', ...more });
    const token = tokens(made).at(-1);
    if (token === undefined) throw new Error('a token was made');
    return token;
  };
  const open = (made: Scene, tokenId: string | undefined) =>
    made.decide(HUB, decideSessionOfToken, { tokenId, role: 'admin', name: 'owner', project: undefined });

  test('[HB7] have its rights and end with it', () => {
    const made = hub();
    const token = person(made);
    open(made, token.id);
    const session = tokens(made).find(({ use }) => use === 'session');
    expect(session).toMatchObject({ role: 'operator', name: 'Ann', project: 'acme', openedWith: token.id });
    made.decide(KIM, decideTokenRevoke, { tokenId: session?.id ?? '' });
    expect(tokens(made).map(({ id }) => id)).toEqual([token.id]);
    open(made, token.id);
    made.decide(KIM, decideTokenRevoke, { tokenId: token.id });
    expect(tokens(made)).toEqual([]);
    expect(open(made, token.id)).toMatchObject({ refused: { code: 'UNAUTHENTICATED' } });
  });

  test('[HB7] last no longer than it, nor than any session', () => {
    const made = hub();
    const expiryWith = (more: object) => {
      open(made, person(made, more).id);
      return (tokens(made).at(-1)?.expiresAt ?? 0) - made.at;
    };
    expect(expiryWith({ expiresMs: DAY_MS })).toBe(DAY_MS);
    expect(expiryWith({ expiresMs: 60 * DAY_MS })).toBe(30 * DAY_MS);
    expect(expiryWith({})).toBe(30 * DAY_MS);
  });

  test('[HB7] of the owner, whose token is no record, are sessions like any other', () => {
    const made = hub();
    open(made, undefined);
    expect(tokens(made)).toMatchObject([{ role: 'admin', name: 'owner', use: 'session' }]);
  });

  test('[HB7] open no other session, which would outlive the token', () => {
    const made = hub();
    const token = person(made);
    open(made, token.id);
    const { seq } = made;
    const session = tokens(made).find(({ use }) => use === 'session');
    expect(open(made, session?.id)).toMatchObject({ refused: { code: 'FORBIDDEN' } });
    expect(made.seq).toBe(seq);
    made.decide(KIM, decideTokenRevoke, { tokenId: token.id });
    expect(tokens(made)).toEqual([]);
  });

  test.each(['a token', 'the owner'])('[HB7] of %s are twenty at once: the oldest goes', (whose) => {
    const made = hub();
    const others = person(made);
    open(made, others.id);
    made.decide(HUB, decideSessionOpen, { linkId: link(made) });
    const standing = tokens(made).map(({ id }) => id);
    const tokenId = whose === 'a token' ? person(made).id : undefined;
    if (tokenId !== undefined) standing.push(tokenId);
    // Past the point where ids by the alphabet are not by age any more.
    made.seq = 36 ** 4 - 10;
    const opened = Array.from({ length: 22 }, () => {
      const reply = open(made, tokenId);
      return isRefusal(reply) ? '' : reply.tokenId;
    });
    expect(
      tokens(made)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...standing, ...opened.slice(2)].sort());
  });

  test('[HB8] are signed out, once or twice; a token is not', () => {
    const made = hub();
    const token = person(made);
    open(made, token.id);
    const tokenId = tokens(made).find(({ use }) => use === 'session')?.id ?? '';
    const close = (id: string) => made.decide(KIM, decideSessionClose, { tokenId: id });
    expect(close(tokenId)).toEqual({});
    expect(tokens(made)).toEqual([token]);
    expect(close(tokenId)).toEqual({});
    expect(close(token.id)).toMatchObject({ refused: { code: 'FORBIDDEN' } });
    expect(tokens(made)).toEqual([token]);
  });
});

test('[HB4] what has expired goes within the hour, whether somebody signs in or not', () => {
  const made = hub();
  made.decide(KIM, decideTokenCreate, { role: 'viewer', name: 'Wall', expiresMs: 60_000 });
  made.decide(KIM, decideTokenCreate, { role: 'viewer', name: 'Door' });
  link(made);
  made.pass(DAY_MS);
  made.decide(HUB, decideForgetExpired, {});
  expect(tokens(made).map(({ name }) => name)).toEqual(['Door']);
  expect(made.replica.count('link')).toBe(0);
});

test('[HB4] an expired token goes when somebody signs in', () => {
  const made = hub();
  made.decide(KIM, decideTokenCreate, { role: 'viewer', name: 'Wall', expiresMs: 1_000 });
  made.decide(KIM, decideTokenCreate, { role: 'viewer', name: 'Kept' });
  made.pass(1_000);
  made.decide(HUB, decideSessionOpen, { linkId: link(made) });
  expect(tokens(made).map(({ name }) => name)).toEqual(['Kept', 'Ann']);
});

test('[HB6] whoever comes with another key is refused, and the first stays', () => {
  const scene = new Scene();
  scene.decide(HUB, decideHubKey, { fingerprint: 'first' });
  const { seq } = scene;
  expect(scene.decide(HUB, decideHubKey, { fingerprint: 'other' })).toMatchObject({ refused: { code: 'CONFLICT' } });
  expect(scene.decide(HUB, decideHubKey, { fingerprint: 'first' })).toEqual({});
  expect(scene.seq).toBe(seq);
});
