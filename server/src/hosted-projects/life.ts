import type { ProjectRecord } from '@signalbox/shared/records/hub';

/**
 * Which of the projects that had this id one after the other a record speaks of: every version of a later one is greater
 * than any of an earlier one, and that of a removed project greater than all of its others. No record has life 0.
 */
export const lifeOf = (record: ProjectRecord | undefined): number => record?.rev ?? 0;
