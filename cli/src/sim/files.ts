import type { Random } from './random.ts';
import { AREAS, MODULES } from './words.ts';

const HOT_FILES = ['package.json', 'src/routes.ts', 'db/schema.sql', 'docs/CHANGELOG.md'] as const;

/** What many want: on these agents wait for each other. In a large fleet most want one of their own area. */
export const hotFile = (random: Random, parts: number): string =>
  random.chance(2 / parts) ? random.pick(HOT_FILES) : `src/${random.pick(AREAS)}/registry-${random.int(1, parts)}.ts`;

/** A file of the repository that nobody has. */
export const fileOf = (random: Random, area: string, parts: number): string =>
  `src/${area}/${random.pick(MODULES)}-${random.int(1, parts)}.ts`;

export const anyFile = (random: Random, parts: number): string => fileOf(random, random.pick(AREAS), parts);

/** The repository grows with the fleet: files are contended, but not all of them all the time. */
export const partsFor = (agents: number): number => Math.max(2, Math.ceil(agents / 40));
