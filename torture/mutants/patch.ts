import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vitest/config';
import type { Mutant } from './mutant.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** Scripts of Redis are read by this module, not loaded as modules: they are changed where they are read. */
const READER = { file: 'server/src/ledger/redis-store.ts', find: "import.meta.url), 'utf8');" };

export const occurrencesIn = (file: string, part: string): number =>
  count(readFileSync(join(ROOT, file), 'utf8'), part);
const count = (text: string, part: string): number => text.split(part).length - 1;

/** Makes the change when its file is loaded, and tells so. Throws where it would not be exactly one. */
export function patch(mutant: Mutant, onApplied: () => void): Plugin {
  const { file, find, replace } = asModule(mutant);
  const isPatched = (id: string): boolean => id.split('?')[0] === join(ROOT, file);
  const plugin: Plugin = {
    name: `mutant: ${mutant.name}`,
    enforce: 'pre',
    // All projects share what is transformed, but for the one file that is another one here.
    api: { vitest: { experimental: { ignoreFsModuleCache: true } } },
    configureVitest: ({ experimental_defineCacheKeyGenerator: define }) =>
      define(({ environment, id }) =>
        isPatched(id) && environment.config.plugins.includes(plugin) ? false : undefined,
      ),
    transform(code, id) {
      if (!isPatched(id)) return undefined;
      if (count(code, find) !== 1) throw new Error(`${file} does not say exactly once: ${find}`);
      onApplied();
      return { code: code.replace(find, () => replace), map: null };
    },
  };
  return plugin;
}

function asModule({ file, find, replace }: Mutant): Pick<Mutant, 'file' | 'find' | 'replace'> {
  if (!file.endsWith('.lua')) return { file, find, replace };
  const change = `.replace(${JSON.stringify(find)}, () => ${JSON.stringify(replace)});`;
  return { ...READER, replace: READER.find.replace(';', change) };
}
