import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { expect, test } from 'vitest';
import { projectLabel } from './projects.ts';

const project = (id: string, name: string): ProjectRecord => ({
  kind: 'project',
  id,
  rev: 1,
  name,
  createdBy: 'hub',
  createdAt: 1,
});

test('projects of one name are told apart by their id', () => {
  const projects = [project('api', 'api'), project('api-2', 'api'), project('web', 'Website')];
  expect(['api', 'api-2', 'web', 'unknown'].map((id) => projectLabel(projects, id))).toEqual([
    'api',
    'api (api-2)',
    'Website',
    'unknown',
  ]);
});
