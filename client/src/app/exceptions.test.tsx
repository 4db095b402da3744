// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { renderHub } from '../testing/render-hub.tsx';
import { Counted } from './exceptions.tsx';

afterEach(cleanup);

test('a count loses its colour while the picture stands still', async () => {
  const { feed, hubSays } = await renderHub(<Counted word="Alarms" count={2} tone="p1" />, []);
  const look = () => screen.getByText('2').className;
  expect(look()).toContain('p1');
  await hubSays(() => feed.setStatus({ state: 'stale', lastFrameAt: 0 }));
  expect(look()).not.toContain('p1');
  await hubSays(() => feed.setStatus({ state: 'live' }));
  expect(look()).toContain('p1');
});
