// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usePrefs } from '../hub/prefs-store.ts';
import { openApp, PROJECT } from '../testing/open-app.tsx';
import { agent } from '../testing/records.ts';
import { useAuth } from './auth.ts';

beforeEach(() => useAuth.setState({ needed: null, problem: null, signIns: 0 }));
afterEach(cleanup);

const SIM = { ...PROJECT, id: 'sim', name: 'Simulated fleet', simulated: true };
const projects = [PROJECT, SIM];
const button = () => screen.queryByRole('button', { name: 'Remove the simulation…' });

test.each(['floor', 'tasks', 'alarms', 'events', 'metrics'])('made up is said on every page: %s', async (page) => {
  const { live } = await openApp(`/p/sim/${page}`, { projects });
  await screen.findByTestId('content');
  await live([agent('alice')]);
  expect((await screen.findByTestId('simulated-nav')).textContent).toBe('Simulated');
  expect(screen.getByTestId('status-sentence').textContent).toMatch(/^Simulated fleet\. /);
  expect(document.title).toBe('sim · Simulated · Signalbox');
  expect(button(), 'an operator cannot remove it').toBeNull();
});

test('a real project says nothing of the kind, and nobody can remove it', async () => {
  const { live } = await openApp('/p/acme/floor', { projects });
  await screen.findByTestId('content');
  await live([agent('alice')], 'admin');
  await screen.findByRole('combobox', { name: 'Project' });
  expect(screen.queryByTestId('simulated-nav')).toBeNull();
  expect(document.title).toBe('acme · Signalbox');
  expect(button()).toBeNull();
});

test('an admin removes it after he was told what goes, and is led elsewhere', async () => {
  const asked: string[] = [];
  const http: Record<string, unknown> = {
    'project.list': { ok: true, projects: [PROJECT] },
    'agent.list': { ok: true, agents: [agent('alice')] },
    'project.remove': { ok: false, error: { code: 'INVALID_STATE', message: 'sim is a real project.' } },
  };
  const { router, live } = await openApp('/p/sim/floor', { projects, http, onCall: (name) => asked.push(name) });
  await screen.findByTestId('content');
  await live([agent('alice'), agent('bob')], 'admin');
  fireEvent.click(await screen.findByRole('button', { name: 'Remove the simulation…' }));
  expect(screen.getByRole('dialog').textContent).toContain('2 made-up agents, 0 tasks');
  expect(asked).toEqual([]);
  const confirm = screen.getByRole('button', { name: 'Remove it' });
  await act(async () => void fireEvent.click(confirm));
  expect(screen.getByRole('alert').textContent).toBe('sim is a real project.');
  http['project.remove'] = { ok: true, project: SIM };
  await act(async () => void fireEvent.click(confirm));
  await waitFor(() => expect(router.state.location.pathname).toBe('/p/acme/floor'));
  expect(asked.slice(0, 2)).toEqual(['project.remove', 'project.remove']);
  expect(usePrefs.getState().project).toBe('acme');
});
