// Does what `npm test` does about Python, and prints where it is: a test of the pages can also be run by itself.
import { providePython } from '../../scripts/lib/python.mjs';

const env = { ...process.env };
await providePython(env, (text) => console.error(text));
console.log(env.SIGNALBOX_PYTHON);
