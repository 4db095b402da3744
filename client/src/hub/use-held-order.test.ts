// @vitest-environment happy-dom
import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useHeldOrder } from './use-held-order.ts';

const start = (ids: string[]) =>
  renderHook(({ ids, key }) => useHeldOrder(ids, key), { initialProps: { ids, key: 'status' } });

test('follows the live order while nobody points at it', () => {
  const { result, rerender } = start(['T-1', 'T-2']);
  rerender({ ids: ['T-2', 'T-1'], key: 'status' });
  expect(result.current.ids).toEqual(['T-2', 'T-1']);
  expect(result.current.waiting).toBe(0);
});

test('holds still while pointed at, counts what waits, and takes it over on demand', () => {
  const { result, rerender } = start(['T-1', 'T-2']);
  act(() => result.current.holder.onPointerEnter());
  rerender({ ids: ['T-2', 'T-1', 'T-3'], key: 'status' });
  expect(result.current.ids).toEqual(['T-1', 'T-2']);
  expect(result.current.waiting).toBe(3);
  act(() => result.current.apply());
  expect(result.current.ids).toEqual(['T-2', 'T-1', 'T-3']);
});

test('lets go when the pointer and the focus have left', () => {
  const { result, rerender } = start(['T-1', 'T-2']);
  act(() => result.current.holder.onPointerEnter());
  act(() => result.current.holder.onFocus());
  rerender({ ids: ['T-2', 'T-1'], key: 'status' });
  act(() => result.current.holder.onPointerLeave());
  expect(result.current.ids).toEqual(['T-1', 'T-2']);
  act(() => result.current.holder.onBlur());
  expect(result.current.ids).toEqual(['T-2', 'T-1']);
});

test('a sorting or filter chosen by the person takes effect at once', () => {
  const { result, rerender } = start(['T-1', 'T-2']);
  act(() => result.current.holder.onFocus());
  rerender({ ids: ['T-2', 'T-1'], key: 'priority' });
  expect(result.current.ids).toEqual(['T-2', 'T-1']);
});
