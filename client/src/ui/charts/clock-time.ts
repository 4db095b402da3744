const pad = (value: number): string => String(value).padStart(2, '0');

/** `14:02`, or `14:02:05` when buckets are shorter than a minute; local time. */
export function clockTime(at: number, bucketMs: number): string {
  const date = new Date(at);
  const minute = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  return bucketMs % 60_000 === 0 ? minute : `${minute}:${pad(date.getSeconds())}`;
}
