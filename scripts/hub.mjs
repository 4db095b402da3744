import { main } from '../server/dist/main.js';

// The built hub and nothing else: what a container runs, where all that `npm start` provides is there already.
process.exit(await main(process.argv.slice(2), process.env));
