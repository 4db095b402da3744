export interface SparkBox {
  width: number;
  height: number;
  /** The value at the top; the greatest one when left out. */
  max?: number;
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

/** The `d` of a line through the values. A null breaks the line; a lone value is a dot (with round caps). */
export function sparkPath(values: readonly (number | null)[], box: SparkBox): string {
  const top = box.max ?? Math.max(0, ...values.filter((value) => value !== null));
  const step = values.length > 1 ? box.width / (values.length - 1) : 0;
  const y = (value: number): number =>
    top === 0 ? box.height : box.height - (Math.min(value, top) / top) * box.height;
  const parts: string[] = [];
  let drawing = false;
  values.forEach((value, i) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const point = `${round(i * step)} ${round(y(value))}`;
    const alone = !drawing && (values[i + 1] ?? null) === null;
    parts.push(drawing ? `L${point}` : alone ? `M${point}h0` : `M${point}`);
    drawing = true;
  });
  return parts.join('');
}
