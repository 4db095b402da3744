import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Project, Projects } from '../project.ts';

/** A project that may have to be opened first, which a Redis that refuses does not let happen. */
export const findProject = (projects: Projects, id: string): Promise<Project | Refusal> =>
  projects.find(id).then(
    (project) => project ?? refuse('NOT_FOUND', `There is no project ${id}; an admin creates it with project.create.`),
    () =>
      refuse('STORAGE_UNAVAILABLE', `Redis does not let the project ${id} be opened; send it again after the delay.`),
  );
