import { describe, expect, test } from 'vitest';
import { isFinished, TASK_STATUSES } from './records/task.ts';
import { isVisible, KINDS, RECORD_SCHEMAS } from './records.ts';
import { VISIBLE_KINDS } from './visible-kinds.ts';

describe('records', () => {
  test.each(KINDS)('%s: the schema is that of its kind, with id and rev', (kind) => {
    const { shape } = RECORD_SCHEMAS[kind];
    expect(shape.kind.safeParse(kind).success).toBe(true);
    expect(KINDS.filter((other) => shape.kind.safeParse(other).success)).toEqual([kind]);
    expect([shape.rev.safeParse(0).success, shape.rev.safeParse(1.5).success, shape.rev.safeParse(-1).success]).toEqual(
      [true, false, false],
    );
    expect(shape.id.safeParse(7).success).toBe(false);
  });

  test('subscribers see these kinds; nothing of the hub’s own, no text, no secret', () => {
    expect(KINDS.filter((kind) => !isVisible(kind))).toEqual([
      'project',
      'token',
      'link',
      'hubKey',
      'body',
      'counter',
      'inbox',
      'spending',
    ]);
    expect(KINDS.filter(isVisible)).toEqual([...VISIBLE_KINDS]);
  });
});

test('a task is finished when only a retry could go on with it', () => {
  expect(TASK_STATUSES.filter(isFinished)).toEqual(['completed', 'failed', 'cancelled']);
});
