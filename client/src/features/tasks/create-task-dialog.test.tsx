// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { task } from '../../testing/records.ts';
import { renderHub } from '../../testing/render-hub.tsx';
import { CreateTaskDialog } from './create-task-dialog.tsx';

afterEach(cleanup);

function Page() {
  const [open, setOpen] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        New
      </button>
      <CreateTaskDialog open={open} onClose={() => setOpen(false)} />
    </>
  );
}
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { exact: false });
const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } });
const submit = () => fireEvent.click(screen.getByRole('button', { name: 'Create task' }));
const reopen = () => fireEvent.click(screen.getByText('New'));

test('what was filled in is sent, the task is opened, and the next one begins empty', async () => {
  const { feed, opened, hubSays } = await renderHub(<Page />, []);
  type('Title', ' Add login ');
  type('Depends on', '4, t-5');
  type('Files it will write', 'src/auth/\nsrc/login.ts');
  await hubSays(submit);
  expect(feed.sent[0]).toMatchObject({
    name: 'task.create',
    input: { title: 'Add login', dependencies: ['T-4', 'T-5'], files: ['src/auth/', 'src/login.ts'] },
  });
  await hubSays(() => feed.sent[0]?.ok({ task: task('T-9') }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(opened).toEqual([{ kind: 'task', id: 'T-9' }]);
  reopen();
  expect(field('Title').value).toBe('');
});

test('a refusal stands at its field, and nothing that was typed is lost, closed or not', async () => {
  const { feed, hubSays } = await renderHub(<Page />, []);
  type('Title', 'Add login');
  type('Depends on', 'T-4');
  await hubSays(submit);
  await hubSays(() =>
    feed.sent[0]?.refuse({ code: 'NOT_FOUND', message: 'There is no T-4.', details: { field: 'dependencies' } }),
  );
  expect(screen.getByRole('alert').textContent).toBe('There is no T-4.');
  expect(field('Depends on').getAttribute('aria-invalid')).toBe('true');
  fireEvent.click(screen.getAllByRole('button', { name: 'Close' })[0] ?? document.body);
  expect(screen.queryByRole('dialog')).toBeNull();
  reopen();
  expect([field('Title').value, field('Depends on').value]).toEqual(['Add login', 'T-4']);
  expect(screen.queryByRole('alert'), 'it was of what was sent, not of what will be').toBeNull();
});

test('what is typed while it is on its way is there for the next one', async () => {
  const { feed, hubSays } = await renderHub(<Page />, []);
  type('Title', 'Add login');
  await hubSays(submit);
  type('Title', 'Add logout');
  await hubSays(() => feed.sent[0]?.ok({ task: task('T-9') }));
  reopen();
  expect(field('Title').value).toBe('Add logout');
});
