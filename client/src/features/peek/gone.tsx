import { useConn } from '../../hub/use-hub.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

/** In place of an object that is not (or not yet) known here. */
export function Gone({ id }: { id: string }) {
  const loaded = useConn((conn) => conn.loaded);
  if (!loaded) return <Skeleton label={`${id} is loading`} height={200} />;
  return (
    <EmptyState title={`${id} is not here any more.`}>
      Finished objects are kept for some time, then only the log of the project has them.
    </EmptyState>
  );
}
