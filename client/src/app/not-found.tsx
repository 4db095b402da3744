import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/empty-state.tsx';

export function NotFound() {
  return (
    <main>
      <EmptyState title="There is no such page." action={<Link to="/">Go to the control room</Link>} />
    </main>
  );
}
