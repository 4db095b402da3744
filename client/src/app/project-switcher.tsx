import { useNavigate } from '@tanstack/react-router';
import { useHub } from '../hub/use-hub.ts';
import { Select } from '../ui/field.tsx';
import { useProjectList } from './project-list.tsx';
import styles from './project-switcher.module.css';
import { projectLabel } from './projects.ts';

/** The project that is shown; a choice where there is more than one. */
export function ProjectSwitcher() {
  const { project } = useHub();
  const { projects, load } = useProjectList();
  const navigate = useNavigate();
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
    label: `${projectLabel(projects, id)}${projects.find((one) => one.id === id)?.simulated === true ? ' · simulated' : ''}`,
  }));
  return (
    <Select
      className={styles.select}
      aria-label="Project"
      options={options}
      value={project}
      onFocus={load}
      onPick={(id) => void navigate({ to: '/p/$project/floor', params: { project: id } })}
    />
  );
}
