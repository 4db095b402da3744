// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { agent, lock } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { LockPeek } from './lock-peek.tsx';

afterEach(cleanup);

const fleet = [agent('alice'), agent('bob'), agent('carol', { presence: 'lost', state: 'lost' })];
const held = { ...lock('L-1', 'alice'), fence: '7.12' };
const to = () => screen.getByLabelText<HTMLSelectElement>('Take it from alice, give it to');

test('a lock is handed to an agent that is there, under the fence that is seen', async () => {
  const { feed, hubSays } = await renderHub(<LockPeek id="L-1" onOpen={() => {}} />, [...fleet, held]);
  expect([...to().options].map(({ value }) => value)).toEqual(['', 'bob']);
  await hubSays(() => fireEvent.change(to(), { target: { value: 'bob' } }));
  await hubSays(() => fireEvent.click(screen.getByRole('button', { name: 'Hand over' })));
  expect(feed.sent).toMatchObject([{ name: 'lock.transfer', input: { lockId: 'L-1', fence: '7.12', to: 'bob' } }]);
  await hubSays(() => feed.sent[0]?.refuse({ code: 'DEADLOCK', message: 'They would wait for each other.' }));
  expect(screen.getByText('They would wait for each other.')).toBeTruthy();
});

test('who may not is not offered it', async () => {
  await renderHub(<LockPeek id="L-1" onOpen={() => {}} />, [...fleet, held], { role: 'viewer' });
  expect(screen.queryByText('Hand over')).toBeNull();
});
