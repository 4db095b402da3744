import { memo } from 'react';
import { Area, Bar, CartesianGrid, ComposedChart, Line, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { clockTime } from './clock-time.ts';
import { PlotTooltip } from './plot-tooltip.tsx';
import { Stripes } from './series-mark.tsx';
import { durationTicks, timeTicks, valueTicks } from './ticks.ts';
import { type Row, type SeriesLook, type TimeSeries, topOf, toRows, withoutFlatZeros } from './time-series.ts';

const MARGIN = { top: 6, right: 18, bottom: 0, left: 0 };
/** `1 h 30 m` is longer than any count. */
const AXIS_PX = { count: 40, duration: 56 };
const NARROW_PX = 340;
const TICK = { fill: 'var(--ink-3)', fontSize: 12 };
const OPEN_DASH = '2 3';
const minuteTick = (at: number) => clockTime(at, 60_000);

export interface TimePlotProps {
  label: string;
  form: 'lines' | 'areas' | 'bars';
  looks: readonly SeriesLook[];
  series: TimeSeries;
  width: number;
  height: number;
  markers?: readonly number[];
  max?: number;
  axis?: 'count' | 'duration';
  format: (value: number | null) => string;
  patternId: string;
}

type Part = 'closed' | 'open';
const valueIn = (part: Part, key: string) => (row: Row) => row[part][key] ?? null;

/** One series as its closed part and, dashed and paler, the bucket that is still open. */
function drawn(form: TimePlotProps['form'], look: SeriesLook, part: Part, fill: string) {
  const { key, label, stroke, dashed = false, fillOpacity = 1 } = look;
  const dash = part === 'open' ? OPEN_DASH : dashed ? '5 3' : undefined;
  const id = `${key}-${part}`;
  const common = {
    dataKey: valueIn(part, key),
    name: label,
    stroke,
    isAnimationActive: false,
    ...(dash !== undefined && { strokeDasharray: dash }),
  };
  const opacity = part === 'open' ? fillOpacity / 2 : fillOpacity;
  if (form === 'lines')
    return (
      <Line key={id} {...common} type="linear" dot={false} activeDot={false} strokeWidth={1.75} strokeLinecap="round" />
    );
  if (form === 'areas') {
    return (
      <Area
        key={id}
        {...common}
        type="linear"
        stackId={part}
        dot={false}
        activeDot={false}
        strokeWidth={1}
        strokeLinecap="round"
        fill={fill}
        fillOpacity={opacity}
      />
    );
  }
  return (
    <Bar key={id} {...common} stackId="all" strokeWidth={part === 'open' ? 1 : 0} fill={fill} fillOpacity={opacity} />
  );
}

/** The only file that knows the chart library. Ticks are given, so that it measures no text. */
export const TimePlot = memo(function TimePlot({
  label,
  form,
  looks,
  series,
  width,
  height,
  markers = [],
  max,
  axis = 'count',
  format,
  patternId,
}: TimePlotProps) {
  const keys = looks.map((look) => look.key);
  const rows = toRows(form === 'areas' ? withoutFlatZeros(series, keys) : series, keys, form !== 'bars');
  const top = max ?? topOf(series, keys, form !== 'lines');
  const ticks = axis === 'duration' ? durationTicks(top) : valueTicks(top);
  const fromAt = series.fromAt;
  const toAt = rows.at(-1)?.at ?? fromAt;
  const fillOf = (look: SeriesLook) =>
    look.striped === true ? `url(#${patternId}-${look.key})` : (look.fill ?? look.stroke);
  const barSize = Math.max(1, ((width - AXIS_PX[axis] - MARGIN.right) / Math.max(1, rows.length)) * 0.75);
  return (
    <ComposedChart
      width={width}
      height={height}
      data={rows}
      margin={MARGIN}
      barSize={barSize}
      title={label}
      role="img"
      aria-label={label}
    >
      <defs>
        {looks.map(
          (look) =>
            look.striped === true && <Stripes key={look.key} id={`${patternId}-${look.key}`} stroke={look.stroke} />,
        )}
      </defs>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="at"
        type="number"
        domain={[fromAt, toAt]}
        ticks={timeTicks(fromAt, toAt, width < NARROW_PX ? 4 : 7)}
        interval={0}
        tickFormatter={minuteTick}
        tick={TICK}
        stroke="var(--line-strong)"
        height={20}
        tickSize={3}
        {...(form === 'bars' && { padding: { left: barSize / 2, right: barSize / 2 } })}
      />
      <YAxis
        width={AXIS_PX[axis]}
        domain={[0, ticks.at(-1) ?? 1]}
        ticks={ticks}
        interval={0}
        tickFormatter={format}
        tick={TICK}
        axisLine={false}
        tickLine={false}
        allowDataOverflow
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--ink-3)', strokeWidth: 1 }}
        content={({ active, label: at }) =>
          active && typeof at === 'number' ? (
            <PlotTooltip at={at} form={form} looks={looks} series={series} format={format} id={patternId} />
          ) : null
        }
      />
      {looks.map((look) => drawn(form, look, 'closed', fillOf(look)))}
      {looks.map((look) => drawn(form, look, 'open', fillOf(look)))}
      {markers
        .filter((at) => at >= fromAt && at <= toAt)
        .map((at) => (
          <ReferenceLine key={at} x={at} stroke="var(--ink-1)" strokeDasharray="1 3" strokeWidth={1.5} />
        ))}
    </ComposedChart>
  );
});
