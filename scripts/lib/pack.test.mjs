import { expect, test } from 'vitest';
import { withRelativeImports } from './pack.mjs';

test.each([
  ["import { a } from '@signalbox/shared/ids';", "import { a } from '../../shared/dist/ids.js';"],
  ['export * from "@signalbox/sdk/index";', 'export * from "../../sdk/dist/index.js";'],
  ['a: import("@signalbox/shared/records/task").Task;', 'a: import("../../shared/dist/records/task.js").Task;'],
  ["import { a } from './a.ts';", "import { a } from './a.js';"],
  ["import { a } from './a.js';", "import { a } from './a.js';"],
  ["import { z } from 'zod';", "import { z } from 'zod';"],
  ['const a = 1;\n//# sourceMappingURL=a.js.map', 'const a = 1;\n'],
])('%s', (source, expected) => {
  expect(withRelativeImports(source, 'cli/dist/main.js')).toBe(expected);
});

test('a part of itself is a neighbour', () => {
  expect(withRelativeImports("import '@signalbox/shared/ids';", 'shared/dist/time.js')).toBe("import './ids.js';");
});
