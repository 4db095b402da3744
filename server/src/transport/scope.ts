import { type Refusal, refuse } from '@signalbox/shared/errors';
import type { Principal } from './principal.ts';

/** The token is for another project; undefined when it may do something here. */
export const refuseProject = ({ project }: Principal, asked: string): Refusal | undefined =>
  project === undefined || project === asked
    ? undefined
    : refuse('FORBIDDEN', `Your token is for the project ${project}, not for ${asked}.`);
