// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, renderHook } from '@testing-library/react';
import { createElement } from 'react';
import { afterEach, expect, test } from 'vitest';
import { requestApply } from './ui-store.ts';
import { useHeldOrder } from './use-held-order.ts';

afterEach(cleanup);

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

test('the key for what is held takes it over too, once', () => {
  const { result, rerender } = start(['T-1', 'T-2']);
  act(() => result.current.holder.onPointerEnter());
  rerender({ ids: ['T-2', 'T-1'], key: 'status' });
  act(() => requestApply());
  expect(result.current.ids).toEqual(['T-2', 'T-1']);
  rerender({ ids: ['T-1', 'T-2'], key: 'status' });
  expect(result.current.ids).toEqual(['T-2', 'T-1']);
});

test('says what it holds back: what moved, what is new, what is gone', () => {
  const { result, rerender } = start(['T-1', 'T-2', 'T-3', 'T-4']);
  act(() => result.current.holder.onPointerEnter());
  rerender({ ids: ['T-3', 'T-1', 'T-4', 'T-5'], key: 'status' });
  expect(result.current.words).toBe('2 moved, 1 new, 1 gone');
  rerender({ ids: ['T-1', 'T-2', 'T-3', 'T-4'], key: 'status' });
  expect(result.current.words).toBe('');
});

test('from one row to the next the focus has not left, and the order stays held', async () => {
  let ids = ['a', 'b'];
  const List = () => {
    const { ids: shown, holder } = useHeldOrder(ids, '');
    return createElement('div', holder, ...shown.map((id) => createElement('button', { key: id, type: 'button' }, id)));
  };
  const { rerender, getByText, container } = render(createElement(List));
  act(() => getByText('a').focus());
  ids = ['b', 'a'];
  rerender(createElement(List));
  act(() => void fireEvent.focusOut(getByText('a'), { relatedTarget: getByText('b') }));
  expect(container.textContent).toBe('ab');
  act(() => void fireEvent.focusOut(getByText('b'), { relatedTarget: document.body }));
  expect(container.textContent).toBe('ba');
});

test('a row that goes with the focus in it lets go of the order; so does a list that goes under the pointer', () => {
  let ids = ['a', 'b'];
  let there = true;
  const List = () => {
    const { ids: shown, holder } = useHeldOrder(ids, '');
    // A row whose record is gone shows nothing, held or not.
    const rows = shown.filter((id) => id !== 'a' || ids.includes('a'));
    const buttons = rows.map((id) => createElement('button', { key: id, type: 'button' }, id));
    return there ? createElement('div', { ...holder, key: ids.length > 0 ? 'list' : 'none' }, ...buttons) : null;
  };
  const { rerender, getByText, container } = render(createElement(List));
  act(() => getByText('a').focus());
  ids = ['c', 'b'];
  rerender(createElement(List));
  expect(container.textContent).toBe('cb');
  act(() => void fireEvent.pointerEnter(getByText('c').parentElement ?? container));
  there = false;
  rerender(createElement(List));
  there = true;
  ids = ['d', 'c'];
  rerender(createElement(List));
  expect(container.textContent).toBe('dc');
});
