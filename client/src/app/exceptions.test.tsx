// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { alarm } from '../testing/records.ts';
import { renderHub } from '../testing/render-hub.tsx';
import { Counted, useExceptions } from './exceptions.tsx';

afterEach(cleanup);

function Shown() {
  const { alarms, alarmTone } = useExceptions();
  return <output>{`${alarms} ${alarmTone}`}</output>;
}

test('an alarm that somebody has acknowledged is not counted as waiting any more', async () => {
  const { feed, hubSays } = await renderHub(<Shown />, [alarm('A-1', { priority: 1 }), alarm('A-2', { priority: 2 })]);
  const shown = () => screen.getByRole('status').textContent;
  expect(shown()).toBe('2 p1');
  await hubSays(() => feed.diff({ puts: [alarm('A-1', { priority: 1, state: 'acked' })] }));
  expect(shown()).toBe('1 p2');
});

test('a count loses its colour while the picture stands still', async () => {
  const { feed, hubSays } = await renderHub(<Counted word="Alarms" count={2} tone="p1" />, []);
  const look = () => screen.getByText('2').className;
  expect(look()).toContain('p1');
  await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 0 }));
  expect(look()).not.toContain('p1');
  await hubSays(() => feed.setStatus({ state: 'live' }));
  expect(look()).toContain('p1');
});
