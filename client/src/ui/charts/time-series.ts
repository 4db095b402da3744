/** How one series is drawn. A third tone is told apart by dash or stripes, never by another hue. */
export interface SeriesLook {
  key: string;
  label: string;
  /** A colour token, `var(--…)`. */
  stroke: string;
  /** The colour of the area or bar when its edge has another. */
  fill?: string;
  /** Of the area or bar; 1 unless said. */
  fillOpacity?: number;
  dashed?: boolean;
  striped?: boolean;
}

/** Values per bucket of equal width; null where nothing was measured. The last bucket is still open. */
export interface TimeSeries {
  /** Wall-clock start of the first bucket. */
  fromAt: number;
  bucketMs: number;
  values: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface Row {
  at: number;
  /** Of buckets that are over. */
  closed: Readonly<Record<string, number | null>>;
  /** The open bucket, and the one before so that a line reaches it. */
  open: Readonly<Record<string, number | null>>;
}

const bucketsOf = (series: TimeSeries, keys: readonly string[]): number =>
  Math.max(0, ...keys.map((key) => series.values[key]?.length ?? 0));

/** Rows for the chart. With `joined` the open bucket brings its predecessor along, as lines and areas need it. */
export function toRows(series: TimeSeries, keys: readonly string[], joined: boolean): Row[] {
  const count = bucketsOf(series, keys);
  const last = count - 1;
  return Array.from({ length: count }, (_, i) => {
    const values = Object.fromEntries(keys.map((key) => [key, series.values[key]?.[i] ?? null]));
    const isOpen = i === last || (joined && i === last - 1);
    return { at: series.fromAt + i * series.bucketMs, closed: i < last ? values : {}, open: isOpen ? values : {} };
  });
}

/**
 * For layers of a stack: a 0 between zeros is left out, or its edge would draw a coloured line on top of what lies below.
 * The lowest layer keeps its zeros, so that a measured nothing can be told from a gap.
 */
export function withoutFlatZeros(series: TimeSeries, keys: readonly string[]): TimeSeries {
  const [lowest] = keys;
  const values = Object.fromEntries(
    keys.map((key) => {
      const all = series.values[key] ?? [];
      const flat = (i: number) => all[i] === undefined || all[i] === null || all[i] === 0;
      return [
        key,
        key === lowest ? all : all.map((value, i) => (flat(i - 1) && flat(i) && flat(i + 1) ? null : value)),
      ];
    }),
  );
  return { ...series, values };
}

/** The sum of a counting series; null when nothing was measured at all. */
export function sumOf(series: TimeSeries, key: string): number | null {
  const measured = (series.values[key] ?? []).filter((value) => value !== null);
  return measured.length === 0 ? null : measured.reduce((sum, value) => sum + value, 0);
}

/**
 * The value as of now; null when it is not measured at the moment. The open bucket may be too young for any measurement:
 * then the one before counts, for every series alike, so that numbers beside one another are of the same moment.
 */
export function current({ values }: TimeSeries, key: string): number | null {
  const isMeasured = Object.values(values).some((all) => (all.at(-1) ?? null) !== null);
  return values[key]?.at(isMeasured ? -1 : -2) ?? null;
}

/** Whether any bucket of these series was measured at all. */
export const hasValues = (series: TimeSeries, keys: readonly string[]): boolean =>
  keys.some((key) => series.values[key]?.some((value) => value !== null));

/** The greatest value, or the greatest sum of a bucket where the series lie on one another. */
export function topOf(series: TimeSeries, keys: readonly string[], stacked: boolean): number {
  let top = 0;
  for (let i = 0; i < bucketsOf(series, keys); i++) {
    const values = keys.map((key) => series.values[key]?.[i] ?? 0);
    top = Math.max(top, stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values));
  }
  return top;
}
