const PARTS = /(\d+)/;

/** `T-2` before `T-10`, `m_2` before `m_10`; ties by code point, so that the order never depends on the locale. */
export function naturalOrder(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.split(PARTS);
  const right = b.split(PARTS);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    if (x === y) continue;
    // Every second part is a run of digits.
    const byNumber = i % 2 === 1 ? Number(x) - Number(y) : 0;
    return byNumber || (x < y ? -1 : 1);
  }
  return left.length - right.length;
}
