import { describe, expect, test } from 'vitest';
import type { Lock } from './lock.ts';
import { connectedClient } from './testing/connected-client.ts';
import { settled } from './testing/manual-timers.ts';

const GRANT = { granted: true, lockId: 'L-1', fence: '1.11', paths: ['a.md'], expiresInMs: 30_000 };

/** alice holds a.md for 30 s. */
async function holding() {
  const made = await connectedClient();
  const claimed = made.client.claim(['a.md'], { ttlMs: 30_000 });
  await settled();
  made.wire.socket.last('lock.claim').answer(GRANT);
  return { ...made, lock: await claimed };
}
const reasonOf = (lock: Lock): unknown => lock.signal.reason?.details?.reason;

describe('a lock', () => {
  test('renews itself at a third of its lease until it is released', async () => {
    const { wire, timers, lock } = await holding();
    expect(lock).toMatchObject({ lockId: 'L-1', fence: '1.11', paths: ['a.md'] });
    for (let round = 1; round <= 10; round++) {
      await timers.advance(10_000);
      expect(wire.socket.all('lock.renew').length).toBe(round);
      expect(wire.socket.last('lock.renew').payload).toMatchObject({ lockId: 'L-1', fence: '1.11' });
      wire.socket.last('lock.renew').answer({ locks: [{ lockId: 'L-1', fence: '1.11', expiresInMs: 30_000 }] });
      await settled();
    }
    const released = lock.release();
    await settled();
    expect(wire.socket.last('lock.release').payload).toMatchObject({ lockId: 'L-1', fence: '1.11' });
    wire.socket.last('lock.release').answer({});
    await released;
    await timers.advance(60_000);
    expect(wire.socket.all('lock.renew').length).toBe(10);
    expect(lock.signal.aborted).toBe(false);
  });

  test('is handed over, and over here: nobody renews or releases it any more', async () => {
    const { wire, timers, lock } = await holding();
    const handed = lock.transfer('bob');
    await settled();
    expect(wire.socket.last('lock.transfer').payload).toMatchObject({ lockId: 'L-1', fence: '1.11', to: 'bob' });
    wire.socket.last('lock.transfer').answer({ lock: {} });
    await handed;
    expect(reasonOf(lock)).toBe('TRANSFERRED');
    await lock.release();
    await timers.advance(60_000);
    expect(wire.socket.all('lock.renew').length + wire.socket.all('lock.release').length).toBe(0);
  });

  test('stays held when the hand-over is refused', async () => {
    const { wire, timers, lock } = await holding();
    const handed = lock.transfer('bob');
    await settled();
    wire.socket.last('lock.transfer').refuse('QUOTA');
    await expect(handed).rejects.toMatchObject({ code: 'QUOTA' });
    await timers.advance(10_000);
    expect(lock.signal.aborted).toBe(false);
    expect(wire.socket.all('lock.renew').length).toBe(1);
  });

  test('handed over by another agent is held and renewed', async () => {
    const { wire, timers, client } = await connectedClient();
    const taken: [Lock, string][] = [];
    client.onLock((lock, from) => void taken.push([lock, from]));
    const { granted: _, ...grant } = GRANT;
    wire.socket.push('lock.granted', { ...grant, from: 'bob' });
    await settled();
    expect(taken).toMatchObject([[{ lockId: 'L-1', fence: '1.11', paths: ['a.md'] }, 'bob']]);
    await timers.advance(10_000);
    expect(wire.socket.last('lock.renew').payload).toMatchObject({ lockId: 'L-1', fence: '1.11' });
  });

  test.each([
    ['nobody here takes', undefined],
    [
      'its handler fails on',
      () => {
        throw new Error('no');
      },
    ],
  ])('handed over that %s is given back', async (_, handler) => {
    const { wire, client, errors } = await connectedClient();
    if (handler !== undefined) client.onLock(handler);
    const { granted: _granted, ...grant } = GRANT;
    wire.socket.push('lock.granted', { ...grant, from: 'bob' });
    await settled();
    expect(wire.socket.last('lock.release').payload).toMatchObject({ lockId: 'L-1', fence: '1.11' });
    expect(errors).toEqual(handler === undefined ? [] : ['a lock handed over by bob: no']);
  });

  test('is given up when the hub says that it is lost', async () => {
    const { wire, lock } = await holding();
    wire.socket.push('lock.lost', { lockId: 'L-1', reason: 'FORCED' });
    expect(lock.signal.reason).toMatchObject({ code: 'LOCK_LOST', details: { reason: 'FORCED' } });
  });

  test('is given up when its renewal is refused', async () => {
    const { wire, timers, lock } = await holding();
    await timers.advance(10_000);
    wire.socket.last('lock.renew').refuse('STALE_FENCE');
    await settled();
    expect(reasonOf(lock)).toBe('EXPIRED');
  });

  test('is given up at the end of the lease when nobody answers, not earlier', async () => {
    const { timers, lock } = await holding();
    await timers.advance(29_999);
    expect(lock.signal.aborted).toBe(false);
    await timers.advance(1);
    expect(reasonOf(lock)).toBe('EXPIRED');
  });

  test('is given up when the client is closed or superseded', async () => {
    const one = await holding();
    one.client.close();
    expect(reasonOf(one.lock)).toBe('CLOSED');
    const two = await holding();
    two.wire.socket.push('superseded', { by: 2 });
    expect(reasonOf(two.lock)).toBe('SUPERSEDED');
  });

  test('after a reconnect is compared with the hub: gone with a new epoch, kept when it stands', async () => {
    const { wire, reconnect, lock } = await holding();
    await reconnect();
    expect(wire.socket.last('lock.renew').payload).not.toHaveProperty('lockId');
    wire.socket.last('lock.renew').answer({ locks: [{ lockId: 'L-1', fence: '1.11', expiresInMs: 30_000 }] });
    await settled();
    expect(lock.signal.aborted).toBe(false);
    await reconnect({ epoch: 2 });
    wire.socket.last('lock.renew').answer({ locks: [] });
    await settled();
    expect(reasonOf(lock)).toBe('EPOCH');
  });

  test('claimed twice is one lock at the hub, released by its last user', async () => {
    const { wire, client, lock } = await holding();
    const again = client.claim(['a.md']);
    await settled();
    wire.socket.last('lock.claim').answer(GRANT);
    const second = await again;
    await lock.release();
    await lock.release();
    expect(wire.socket.all('lock.release')).toEqual([]);
    const released = second.release();
    await settled();
    wire.socket.last('lock.release').refuse('LOCK_LOST');
    await released;
  });

  test('is released at the end of its block', async () => {
    const { wire, lock } = await holding();
    const block = (async () => {
      await using held = lock;
      expect(held.lockId).toBe('L-1');
    })();
    await settled();
    wire.socket.last('lock.release').answer({});
    await block;
  });
});

describe('waiting in line', () => {
  /** alice waits for a.md. */
  async function waiting(options: { signal?: AbortSignal } = {}) {
    const made = await connectedClient();
    const claimed = made.client.claim(['a.md'], { waitMs: 60_000, ...options });
    claimed.catch(() => undefined);
    await settled();
    made.wire.socket.last('lock.claim').answer({ granted: false, lockId: 'L-2', position: 1 });
    await settled();
    return { ...made, claimed };
  }
  const granted = { lockId: 'L-2', fence: '1.20', paths: ['a.md'], expiresInMs: 120_000 };

  test('resolves with the grant', async () => {
    const { wire, claimed } = await waiting();
    wire.socket.push('lock.granted', granted);
    expect(await claimed).toMatchObject({ lockId: 'L-2', fence: '1.20', paths: ['a.md'] });
  });

  test('a grant that overtakes the answer counts', async () => {
    const { wire, client } = await connectedClient();
    const claimed = client.claim(['a.md'], { waitMs: 60_000 });
    await settled();
    wire.socket.push('lock.granted', granted);
    wire.socket.last('lock.claim').answer({ granted: false, lockId: 'L-2', position: 1 });
    expect((await claimed).fence).toBe('1.20');
  });

  test.each(['the grant', 'the answer', 'an answer that grants'])(
    'lost before anybody here has it, right behind %s: the claim rejects, whoever was asleep meanwhile',
    async (behind) => {
      const { wire, client } = await connectedClient();
      const claimed = client.claim(['a.md'], { waitMs: 60_000 });
      await settled();
      const { answer } = wire.socket.last('lock.claim');
      if (behind === 'an answer that grants') answer({ granted: true, ...granted });
      else answer({ granted: false, lockId: 'L-2', position: 1 });
      if (behind === 'the grant') {
        await settled();
        wire.socket.push('lock.granted', granted);
      }
      wire.socket.push('lock.lost', { lockId: 'L-2', reason: 'FORCED' });
      await expect(claimed).rejects.toMatchObject({ code: 'LOCK_LOST', details: { reason: 'FORCED' } });
    },
  );

  test('lost and handed back is held', async () => {
    const { wire, client, lock } = await holding();
    const handed = new Promise<Lock>((resolve) => client.onLock(resolve));
    wire.socket.push('lock.lost', { lockId: 'L-1', reason: 'TRANSFERRED' });
    wire.socket.push('lock.lost', { lockId: 'L-1', reason: 'TRANSFERRED' });
    wire.socket.push('lock.granted', { ...granted, lockId: 'L-1', from: 'bob' });
    expect((await handed).signal.aborted).toBe(false);
    expect(reasonOf(lock)).toBe('TRANSFERRED');
  });

  test('a lock handed over that answers the claim is what it resolves with; no handler is asked', async () => {
    const { wire, client, errors, claimed } = await waiting();
    client.onLock(() => Promise.reject(new Error('nobody waits for this')));
    wire.socket.push('lock.granted', { ...granted, lockId: 'L-1', paths: ['**'], from: 'bob', claims: ['L-2'] });
    const lock = await claimed;
    expect(lock).toMatchObject({ lockId: 'L-1', fence: '1.20', paths: ['**'] });
    await settled();
    expect([wire.socket.all('lock.release'), errors]).toEqual([[], []]);
    void lock.transfer('carol');
    await settled();
    expect(wire.socket.last('lock.transfer').payload).toMatchObject({ lockId: 'L-1', fence: '1.20', to: 'carol' });
  });

  test('a lock handed over for a claim that was given up meanwhile is given back', async () => {
    const controller = new AbortController();
    const { wire } = await waiting({ signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await settled();
    wire.socket.push('lock.granted', { ...granted, lockId: 'L-1', from: 'bob', claims: ['L-2'] });
    await settled();
    expect(wire.socket.last('lock.release').payload).toMatchObject({ lockId: 'L-1', fence: '1.20' });
  });

  test('a grant missed during a reconnect is found', async () => {
    const { wire, reconnect, claimed } = await waiting();
    await reconnect();
    wire.socket.last('lock.renew').answer({ locks: [{ lockId: 'L-2', fence: '1.20', expiresInMs: 120_000 }] });
    expect(await claimed).toMatchObject({ lockId: 'L-2', paths: ['a.md'] });
  });

  test('a lock that was handed over during a reconnect answers the claim it covers', async () => {
    const { wire, reconnect, claimed } = await waiting();
    await reconnect();
    wire.socket.last('lock.renew').answer({ locks: [{ lockId: 'L-1', fence: '1.20', expiresInMs: 120_000 }] });
    await settled();
    expect(wire.socket.last('lock.claim').payload).toMatchObject({ paths: ['a.md'] });
    expect(wire.socket.last('lock.claim').payload).not.toHaveProperty('waitMs');
    wire.socket.last('lock.claim').answer({ ...GRANT, fence: '1.20' });
    expect(await claimed).toMatchObject({ lockId: 'L-1', fence: '1.20' });
  });

  test('rejects when the wait is over', async () => {
    const { wire, claimed } = await waiting();
    wire.socket.push('lock.lost', { lockId: 'L-2', reason: 'TIMEOUT' });
    await expect(claimed).rejects.toMatchObject({ code: 'LOCK_HELD', message: /Waited 60000 ms for a.md/ });
  });

  test('rejects by itself when the hub forgets to say so, and withdraws the claim', async () => {
    const { wire, timers, claimed } = await waiting();
    const outcome = expect(claimed).rejects.toMatchObject({ code: 'LOCK_HELD' });
    await timers.advance(65_000);
    await outcome;
    expect(wire.socket.last('lock.release').payload).toMatchObject({ lockId: 'L-2' });
  });

  test('ends with its signal; a grant that comes all the same is handed back', async () => {
    const controller = new AbortController();
    const { wire, claimed } = await waiting({ signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(claimed).rejects.toThrow('changed my mind');
    await settled();
    expect(wire.socket.last('lock.release').payload).toMatchObject({ lockId: 'L-2' });
    wire.socket.push('lock.granted', granted);
    await settled();
    expect(wire.socket.last('lock.release').payload).toMatchObject({ lockId: 'L-2', fence: '1.20' });
  });
});
