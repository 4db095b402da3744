// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, expect, test } from 'vitest';
import { useRowKeys } from './use-row-keys.ts';

afterEach(cleanup);

const moved: string[] = [];
function List({ ids, main = false, name }: { ids: readonly string[]; main?: boolean; name: string }) {
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list, { main, onMove: (row) => moved.push(row.textContent ?? '') });
  return (
    <div ref={list} data-rows>
      {ids.map((id) => (
        <div key={id}>
          <button type="button" data-row>
            {id}
          </button>
          <button type="button">{`${name}-act-${id}`}</button>
        </div>
      ))}
    </div>
  );
}
const press = (key: string, more = {}) =>
  act(() => void fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more }));
const focused = () => document.activeElement?.textContent;
const focus = (name: string) => act(() => screen.getByRole<HTMLElement>('button', { name }).focus());

test('J begins with the first row and goes on; K goes back; neither leaves the list', () => {
  render(<List ids={['a', 'b', 'c']} main name="x" />);
  const way = ['j', 'j', 'j', 'j', 'k'].map((key) => {
    press(key);
    return focused();
  });
  expect(way).toEqual(['a', 'b', 'c', 'c', 'b']);
  expect(moved.splice(0)).toEqual(['a', 'b', 'c', 'c', 'b']);
});

test('from another control of a row the way goes to the next row', () => {
  render(<List ids={['a', 'b']} name="x" />);
  focus('x-act-a');
  press('ArrowDown');
  expect(focused()).toBe('b');
});

test('after a row went, the one in its place is next', () => {
  const { rerender } = render(<List ids={['a', 'b', 'c']} main name="x" />);
  focus('b');
  rerender(<List ids={['a', 'c']} main name="x" />);
  press('j');
  expect(focused()).toBe('c');
});

test('letters that are typed or held with others do nothing; arrows only within the list', () => {
  render(
    <>
      <input aria-label="Filter" />
      <List ids={['a']} main name="x" />
    </>,
  );
  act(() => screen.getByLabelText<HTMLElement>('Filter').focus());
  press('j');
  expect(document.activeElement?.tagName).toBe('INPUT');
  act(() => screen.getByLabelText<HTMLElement>('Filter').blur());
  press('ArrowDown');
  press('j', { ctrlKey: true });
  expect(document.activeElement).toBe(document.body);
});

test('of two lists the one that has the focus moves, else the main one', () => {
  render(
    <>
      <List ids={['c', 'd']} main name="y" />
      <List ids={['a', 'b']} name="x" />
    </>,
  );
  focus('a');
  press('j');
  expect(focused()).toBe('b');
  act(() => screen.getByRole<HTMLElement>('button', { name: 'b' }).blur());
  press('j');
  expect(focused()).toBe('c');
});
