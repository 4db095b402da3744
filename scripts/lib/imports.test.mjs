import { expect, test } from 'vitest';
import { readImports } from './imports.mjs';

const value = (specifier) => ({ specifier, typeOnly: false });
const type = (specifier) => ({ specifier, typeOnly: true });

test.each([
  ["import { a } from './a.ts';", [value('./a.ts')]],
  ['import a, { b } from "a";', [value('a')]],
  ["import * as a from 'a'", [value('a')]],
  ["import 'a';", [value('a')]],
  ["import type { A } from 'a';", [type('a')]],
  ["import type A from 'a';", [type('a')]],
  ["import { type A } from 'a';", [value('a')]],
  ["import type from 'a';", [value('a')]],
  ["export { a } from 'a';", [value('a')]],
  ["export * from 'a';", [value('a')]],
  ["export type { A } from 'a';", [type('a')]],
  ["const a = await import('a');", [value('a')]],
  ["import {\n  a,\n  b,\n} from 'a';\nimport b from 'b';", [value('a'), value('b')]],
  ["import a from 'a'; import b from 'b';", [value('a'), value('b')]],
  ["export const a = 1;\nconst from = 'x';", []],
  ["// import a from 'a';\n/* import b from 'b'; */", []],
  ["const text = `\nimport a from 'a';\n`;", []],
  ['const text = \'a; import("b")\';', []],
  ["const url = 'http://x'; // '\nimport a from 'a';", [value('a')]],
])('%s', (source, expected) => {
  expect(readImports(source)).toEqual(expected);
});
