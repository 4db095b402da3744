import { useRouteContext } from '@tanstack/react-router';
import { useCallback } from 'react';
import { EventsPage } from '../features/events/events-page.tsx';
import type { ReadHistory } from '../hub/history.ts';
import { HUB_PROJECT } from './hub-http.ts';

/** The log of the hub as a whole is no part of the project's connection. */
export function EventsRoute() {
  const { callHub } = useRouteContext({ from: '__root__' });
  const readHub = useCallback<ReadHistory>((input) => callHub(HUB_PROJECT, 'history.list', input), [callHub]);
  return <EventsPage readHub={readHub} />;
}
