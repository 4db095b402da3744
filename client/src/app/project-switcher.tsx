import type { ProjectRecord } from '@signalbox/shared/records/hub';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useConn, useHub } from '../hub/use-hub.ts';
import { Select } from '../ui/field.tsx';
import styles from './project-switcher.module.css';
import { LIST_ALL, projectLabel } from './projects.ts';

/** The project that is shown; a choice where there is more than one. */
export function ProjectSwitcher() {
  const { project, feed } = useHub();
  const live = useConn((conn) => conn.live);
  const navigate = useNavigate();
  const [projects, setProjects] = useState<readonly ProjectRecord[]>([]);
  const load = useCallback(async () => {
    const answer = await feed.command('project.list', { limit: LIST_ALL });
    if (answer.ok) setProjects(answer.projects);
  }, [feed]);
  useEffect(() => {
    if (live) void load();
  }, [live, load]);
  const others = projects.filter(({ id }) => id !== project);
  if (others.length === 0) {
    return (
      <span className={styles.only} title={project}>
        {projectLabel(projects, project)}
      </span>
    );
  }
  const options = [project, ...others.map(({ id }) => id)].map((id) => ({
    value: id,
    label: projectLabel(projects, id),
  }));
  return (
    <Select
      className={styles.select}
      aria-label="Project"
      options={options}
      value={project}
      onFocus={() => void load()}
      onPick={(id) => void navigate({ to: '/p/$project/floor', params: { project: id } })}
    />
  );
}
