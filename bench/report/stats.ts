/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (low === undefined || high === undefined) throw new Error('a median of nothing');
  return (low + high) / 2;
}

/** The value that this share of them does not exceed (nearest rank): 0.99 is the 99th percentile. */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('a percentile of nothing');
  return value;
}

export interface Range {
  lowest: number;
  highest: number;
}

export const rangeOf = (values: readonly number[]): Range => ({
  lowest: Math.min(...values),
  highest: Math.max(...values),
});

/** Ours against the reference, from pairs that were measured one right after the other. */
export interface Comparison {
  value: number;
  reference: number;
  /** Median of the pairs' own ratios, which a slow minute of the machine moves less than the ratio of the medians. */
  ratio: number;
  spread: Range;
}

export function compare(pairs: readonly { ours: number; reference: number }[]): Comparison {
  const ratios = pairs.map(({ ours, reference }) => ours / reference);
  return {
    value: median(pairs.map(({ ours }) => ours)),
    reference: median(pairs.map(({ reference }) => reference)),
    ratio: median(ratios),
    spread: rangeOf(ratios),
  };
}
