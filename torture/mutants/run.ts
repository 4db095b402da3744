import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVitest, type TestModule, type TestProject } from 'vitest/node';
import type { Mutant } from './mutant.ts';
import { patch, ROOT } from './patch.ts';

/** Workspaces are read from their sources, as in every test. */
const conditions = ['source'];
/** The project without any mutant. */
const WHOLE = 'whole';
/** With a mutant some tests wait for ever. Without one they have no more time: slowness is not taken for a mutant. */
const TIMEOUT_MS = 12_000;
/** What broken code throws, and not a test that looks: a mutant that is no program any more proves nothing. */
const BROKEN = /\b(TypeError|ReferenceError|SyntaxError)\b/;

/** What became of the test that a mutant names. */
export interface Verdict {
  /** Was the file loaded as the mutant has it? */
  applied: boolean;
  /** Of every test that ran, how it ended and its full name: `failed: …`. */
  ended: string[];
  /** Why it failed, in its own words. */
  why: string;
}

export interface Verdicts {
  /** By the name of the mutant: its test with it, and without any. */
  mutated: ReadonlyMap<string, Verdict>;
  whole: ReadonlyMap<string, Verdict>;
}

/** Runs the test of every mutant with and without it: all in one Vitest, in which each mutant is a project. */
export async function runMutants(mutants: readonly Mutant[]): Promise<Verdicts> {
  const applied = new Set<string>();
  const files = [...new Set(mutants.map(({ caughtBy }) => caughtBy.file))];
  const exitCode = process.exitCode;
  const cache = await mkdtemp(join(tmpdir(), 'sb-mutants-'));
  const vitest = await createVitest('test', {
    root: ROOT,
    config: false,
    watch: false,
    reporters: [{}],
    // Some wait for a time-out; without them two cores have more to do than they can.
    maxWorkers: 3,
    experimental: { fsModuleCache: true, fsModuleCachePath: cache },
    projects: [
      project(WHOLE, files, []),
      ...mutants.map((mutant) =>
        project(mutant.name, [mutant.caughtBy.file], [patch(mutant, () => applied.add(mutant.name))]),
      ),
    ],
  });
  try {
    const specifications = vitest.projects.flatMap((one) => specificationsOf(one, mutants));
    const { testModules } = await vitest.runTestSpecifications(specifications);
    const verdict = ({ name, caughtBy: { file, test } }: Mutant, projectName: string): [string, Verdict] => {
      const module = testModules.find((one) => one.project.name === projectName && one.moduleId === `${ROOT}/${file}`);
      return [name, { applied: applied.has(name), ...endOf(module, test) }];
    };
    return {
      mutated: new Map(mutants.map((mutant) => verdict(mutant, mutant.name))),
      whole: new Map(mutants.map((mutant) => verdict(mutant, WHOLE))),
    };
  } finally {
    await vitest.close();
    await rm(cache, { recursive: true, force: true });
    // The run this is part of fails or passes by what it makes of the verdicts.
    process.exitCode = exitCode;
  }
}

const project = (name: string, include: string[], plugins: ReturnType<typeof patch>[]) => ({
  root: ROOT,
  plugins,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  // Without a mutant the files may share what they load: a third less to do.
  test: { name, include, testTimeout: TIMEOUT_MS, isolate: name !== WHOLE },
});

/** Of each file the tests that are named, and no others. */
function specificationsOf(one: TestProject, mutants: readonly Mutant[]) {
  const byFile = new Map<string, string[]>();
  for (const { name, caughtBy } of mutants)
    if (one.name === WHOLE || one.name === name)
      byFile.set(caughtBy.file, [...(byFile.get(caughtBy.file) ?? []), caughtBy.test]);
  return [...byFile].map(([file, tests]) =>
    one.createSpecification(`${ROOT}/${file}`, { testNamePattern: startingWithAny(tests) }),
  );
}

function startingWithAny(names: readonly string[]): RegExp {
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^\\s*(${escaped.join('|')})`);
}

function endOf(module: TestModule | undefined, name: string): Pick<Verdict, 'ended' | 'why'> {
  const loading = module?.errors() ?? [];
  const ran = [...(module?.children.allTests() ?? [])].filter(
    (test) => test.result().state !== 'skipped' && test.fullName.replaceAll(' > ', ' ').startsWith(name),
  );
  const errors = [...loading, ...ran.flatMap((test) => test.result().errors ?? [])].map(
    (error) => `${error.name}: ${error.message}`,
  );
  const isBroken = loading.length > 0 || errors.some((error) => BROKEN.test(error));
  return {
    ended: ran.map((test) => `${isBroken ? 'broken' : test.result().state}: ${test.fullName}`),
    why: errors.join('\n'),
  };
}
