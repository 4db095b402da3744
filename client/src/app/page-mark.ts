import { useEffect } from 'react';
import { useConn, useCounts, useHub } from '../hub/use-hub.ts';
import { useProjectList } from './project-list.tsx';

export interface PageMark {
  questions: number;
  critical: number;
  live: boolean;
  project: string;
  simulated: boolean;
}

/** `(2? 1!) acme · Signalbox`: what waits for a person is seen in the tab, and whether it is real. */
export function pageTitle({ questions, critical, project, simulated }: PageMark): string {
  const marks = [questions > 0 ? `${questions}?` : '', critical > 0 ? `${critical}!` : ''].filter(Boolean).join(' ');
  return `${marks === '' ? '' : `(${marks}) `}${project}${simulated ? ' · Simulated' : ''} · Signalbox`;
}

export interface IconColours {
  grey: string;
  ask: string;
  p1: string;
}

/** Grey; an indigo dot: somebody asks; a red square: something is critical; hollow: not updating. */
export function pageIcon({ questions, critical, live }: PageMark, colour: IconColours): string {
  const shape = !live
    ? `<rect x="2.5" y="2.5" width="11" height="11" rx="3" fill="none" stroke="${colour.grey}" stroke-width="2"/>`
    : critical > 0
      ? `<rect x="1" y="1" width="14" height="14" fill="${colour.p1}"/>`
      : questions > 0
        ? `<circle cx="8" cy="8" r="7" fill="${colour.ask}"/>`
        : `<rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="${colour.grey}"/>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${shape}</svg>`)}`;
}

/** An icon is a picture of its own and cannot use the variables of the page. */
function tokens(): IconColours {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return { grey: value('--n-working'), ask: value('--ask-fill'), p1: value('--p1-fill') };
}

/** Keeps title and icon of the tab true, also while it is hidden. */
export function usePageMark(): void {
  const { project } = useHub();
  const simulated = useProjectList().current?.simulated === true;
  const { openQuestions, unackedAlarms } = useCounts();
  const live = useConn((conn) => conn.live);
  useEffect(() => {
    const mark = { questions: openQuestions, critical: unackedAlarms[1], live, project, simulated };
    document.title = pageTitle(mark);
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon !== null) icon.href = pageIcon(mark, tokens());
  }, [project, simulated, openQuestions, unackedAlarms, live]);
}
