// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { TimePlot, type TimePlotProps } from './time-plot.tsx';

afterEach(cleanup);
const looks = [{ key: 'done', label: 'done', stroke: 'var(--series-1)' }];
function plot(form: TimePlotProps['form'], values: (number | null)[], more: Partial<TimePlotProps> = {}) {
  const series = { fromAt: 1_700_000_000_000, bucketMs: 5_000, values: { done: values } };
  const { container } = render(
    <TimePlot
      label="Done"
      form={form}
      looks={looks}
      series={series}
      width={400}
      height={120}
      format={String}
      patternId="p"
      {...more}
    />,
  );
  return container;
}
const pathsOf = (container: HTMLElement) =>
  [...container.querySelectorAll('path.recharts-line-curve')].map((path) => ({
    starts: path.getAttribute('d')?.match(/M/g)?.length ?? 0,
    dash: path.getAttribute('stroke-dasharray'),
  }));

test('a bucket that was not measured is a gap in the line, and the open bucket is dashed', () => {
  expect(pathsOf(plot('lines', [1, 2, null, 2, 3, 4]))).toEqual([
    { starts: 2, dash: null },
    { starts: 1, dash: '2 3' },
  ]);
});

test('a bar for every bucket in which something happened', () => {
  const bars = plot('bars', [1, 0, null, 2, 3]).querySelectorAll('.recharts-bar-rectangle path');
  expect(bars).toHaveLength(3);
});

test('a start of the hub is marked when it lies in the range', () => {
  const markers = [1_700_000_007_000, 1_600_000_000_000];
  expect(plot('lines', [1, 2, 3, 4], { markers }).querySelectorAll('.recharts-reference-line')).toHaveLength(1);
});
