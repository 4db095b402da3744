// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { renderHub } from '../testing/render-hub.tsx';
import { LivenessStrip } from './liveness-strip.tsx';

afterEach(cleanup);

test('rate and lag are a dash until they were measured, after every opening of the connection', async () => {
  const { feed, hubSays } = await renderHub(<LivenessStrip />, []);
  const text = () => screen.getByTestId('liveness').textContent;
  expect(text()).toContain('— ev/slag —');
  await hubSays(() => feed.sendBeat());
  expect(text()).toContain('12 ev/slag 0 ms');
  await hubSays(() =>
    feed.setStatus({ state: 'reconnecting', attempt: 1, nextTryAt: null, closeReason: 'x', lastFrameAt: 0 }),
  );
  await hubSays(() => {
    feed.goLive([]);
    feed.sendBeat();
  });
  expect(text()).toContain('— ev/slag —');
});
