import type { Mutant } from '../mutant.ts';

const SEQUENCER = { file: 'sdk/src/sequencer.ts', tests: 'sdk/src/sequencer.test.ts' };
const INBOX = { file: 'sdk/src/inbox.ts', tests: 'sdk/src/inbox.test.ts' };
const PICTURE = "The picture is the hub's, or says that it is not";
const MESSAGES = 'Messages arrive';

/** What the SDK does for agents and control rooms. */
export const CLIENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'a change is applied whatever is missing before it',
    promise: PICTURE,
    file: SEQUENCER.file,
    find: '} else if (frame.from > cursor.seq + 1) {',
    replace: '} else if (false) {',
    caughtBy: { file: SEQUENCER.tests, test: 'Sequencer a gap asks with the cursor, holds back, and closes in order' },
  },
  {
    name: 'a change is applied twice when it comes twice',
    promise: PICTURE,
    file: SEQUENCER.file,
    find: 'if (frame.to <= cursor.seq) return;',
    replace: '',
    caughtBy: { file: SEQUENCER.tests, test: 'Sequencer what was applied before is dropped' },
  },
  {
    name: 'the digest of the beat is not compared',
    promise: PICTURE,
    file: SEQUENCER.file,
    find: 'else if (frame.seq === cursor.seq && frame.digest !== this.digest)',
    replace: 'else if (false)',
    caughtBy: { file: SEQUENCER.tests, test: 'Sequencer another digest at the same seq is loaded anew' },
  },
  {
    name: 'a beat that is ahead is not noticed',
    promise: PICTURE,
    file: SEQUENCER.file,
    find: 'if (this.#behind !== null && now - this.#behind.since > BEHIND_MAX_MS) {',
    replace: 'if (false) {',
    caughtBy: { file: SEQUENCER.tests, test: 'Sequencer a beat ahead for more than a second is a gap' },
  },
  {
    name: 'a message that fails lets newer ones of its sender pass',
    promise: MESSAGES,
    file: INBOX.file,
    find: 'lane.failures += 1;',
    replace: 'lane.failures += 1;\n      lane.queue.push(...lane.queue.splice(0, 1));',
    caughtBy: {
      file: INBOX.tests,
      test: 'a handler that fails is tried again; it holds up its sender and nobody else',
    },
  },
  {
    name: 'a message that comes again is handled again',
    promise: MESSAGES,
    file: INBOX.file,
    find: 'if (this.#handled.has(key)) {',
    replace: 'if (false) {',
    caughtBy: { file: INBOX.tests, test: 'a message that comes again is acknowledged again and not handled again' },
  },
  {
    name: 'a message is acknowledged before it is handled',
    promise: MESSAGES,
    file: INBOX.file,
    find: 'await handler(message);',
    replace: 'this.#toAck.add(message.id);\n      void this.#ack();\n      await handler(message);',
    caughtBy: { file: INBOX.tests, test: 'runs once per message, in order, and acknowledges after it' },
  },
  {
    name: 'clients that lost their hub together all try again at the same moment',
    promise: 'A fleet is back within 10 s',
    file: 'sdk/src/backoff.ts',
    find: '(1 - JITTER + 2 * JITTER * this.#random())',
    replace: '1',
    caughtBy: { file: 'sdk/src/backoff.test.ts', test: 'clients that lost their hub together try again at different' },
  },
  {
    name: 'a request that is sent again is another one',
    promise: 'The same request has one effect',
    file: 'sdk/src/requests.ts',
    find: 'this.#connection.ask<CommandOutput<N>>(name, payload, patienceMs)',
    replace: 'this.#connection.ask<CommandOutput<N>>(name, { ...payload, requestId: randomId() }, patienceMs)',
    caughtBy: { file: 'sdk/src/requests.test.ts', test: 'a command is sent again with the same requestId' },
  },
];
