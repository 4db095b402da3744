import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useConn, useHub } from '../hub/use-hub.ts';
import { LIST_ALL } from './projects.ts';

export interface ProjectList {
  /** Those this person may see; none before they were read. */
  projects: readonly ProjectRecord[];
  /** The one that is shown. */
  current: ProjectRecord | undefined;
  load(): void;
}

const ProjectListContext = createContext<ProjectList | null>(null);

export function useProjectList(): ProjectList {
  const list = useContext(ProjectListContext);
  if (list === null) throw new Error('useProjectList outside of a project: wrap it in Projects');
  return list;
}

/** Reads the projects with every new connection, for everything in the frame that speaks of them. */
export function Projects({ children }: { children: ReactNode }) {
  const { project, feed } = useHub();
  const live = useConn((conn) => conn.live);
  const [projects, setProjects] = useState<readonly ProjectRecord[]>([]);
  const load = useCallback(async () => {
    const answer = await feed.command('project.list', { limit: LIST_ALL });
    if (answer.ok) setProjects(answer.projects);
  }, [feed]);
  useEffect(() => {
    if (live) void load();
  }, [live, load]);
  const list = useMemo<ProjectList>(
    () => ({ projects, current: projects.find(({ id }) => id === project), load: () => void load() }),
    [projects, project, load],
  );
  return <ProjectListContext value={list}>{children}</ProjectListContext>;
}
