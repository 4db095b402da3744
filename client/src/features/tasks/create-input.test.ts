import { expect, test } from 'vitest';
import { EMPTY_DRAFT, faultOf, toCreateInput } from './create-input.ts';

test('sends only what was filled in', () => {
  expect(toCreateInput({ ...EMPTY_DRAFT, title: ' Add login ' })).toEqual({ title: 'Add login', priority: 3 });
});

test('asks for a review when that was ticked', () => {
  expect(toCreateInput({ ...EMPTY_DRAFT, title: 'x', review: true })).toEqual({
    title: 'x',
    priority: 3,
    review: true,
  });
});

test('reads ids, files and capabilities as people type them', () => {
  const draft = {
    ...EMPTY_DRAFT,
    title: 'x',
    priority: '1',
    dependencies: 't-3, 4 T-3',
    files: 'src/auth/\nmy notes.md, README.md',
    requires: 'rust wasm',
  };
  expect(toCreateInput(draft)).toEqual({
    title: 'x',
    priority: 1,
    dependencies: ['T-3', 'T-4'],
    files: ['src/auth/', 'my notes.md', 'README.md'],
    requires: ['rust', 'wasm'],
  });
});

test('puts a refusal at the field it names', () => {
  expect(faultOf({ message: 'dependencies: there is no task T-9', details: { field: 'dependencies' } })?.field).toBe(
    'dependencies',
  );
  expect(faultOf({ message: 'files.0: no absolute paths' })?.field).toBe('files');
  expect(faultOf({ message: 'Redis does not take writes at the moment.' })?.field).toBeNull();
  expect(faultOf(null)).toBeNull();
});
