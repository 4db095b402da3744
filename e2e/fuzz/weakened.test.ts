import { fileURLToPath } from 'node:url';
import { type Corpus, runCorpus } from '@signalbox/torture/corpora/run';
import { test } from 'vitest';
import { startHub } from '../support/hub.ts';

const PROGRAM = fileURLToPath(new URL('weakened-hub.mjs', import.meta.url));

interface Patch {
  file: string;
  find: string;
  replace: string;
}

const off = (file: string, condition: string): Patch => ({
  file,
  find: `if (${condition})`,
  replace: `if (false)`,
});

/** What a corpus says of a hub without these checks; each takes away one only, so that each has its own sentence. */
const WEAKENED: readonly [corpus: Corpus, patches: readonly Patch[], noticed: readonly RegExp[]][] = [
  [
    'hosts',
    [
      ...['transport/http.js', 'transport/socket-door.js'].flatMap((file) => [
        off(file, '!hosts.allows(headers.host)'),
        off(file, 'headers.origin !== undefined && !hosts.isOwnOrigin(headers.origin, headers.host)'),
      ]),
    ],
    [
      /^GET \/metrics with \[\["Host","evil\.example"\]\]: 200/,
      /^GET \/metrics with .*\["Origin","null"\]\]: 200/,
      /^POST \/session with \[\["Host","evil\.example"\]\]: 200/,
      /^POST \/api\/v1\/projects\/[\w-]+\/task\.create with .*"Origin","null"/,
      /^POST \/api\/v1\/projects\/[\w-]+\/task\.create by another name or page wrote/,
      /^GET \/socket\.io\/\?EIO=4&transport=websocket with \[\["Host","evil\.example"\]\]: 101/,
      /^GET \/socket\.io\/\?EIO=4&transport=websocket with .*\["Origin","null"\]\]: 101/,
    ],
  ],
  [
    'senders',
    [
      off('transport/http-caller.js', 'agent.tokenId !== tokenId'),
      off('transport/secrets.js', 'checksum(signed) !== sum'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
      off('transport/secrets.js', '!sameText(hmac, this.#hmac(`token:${tokenId}`))'),
      {
        file: 'transport/dispatch.js',
        find: 'if (!rolesAllowed(declaration.access).includes(role))',
        replace: "if (declaration.name !== 'token.list' && !rolesAllowed(declaration.access).includes(role))",
      },
      { file: 'domain/messages.js', find: 'from: context.actor,', replace: "from: 'human:owner'," },
      off('domain/messages.js', 'strange !== undefined'),
      {
        file: 'domain/locks.js',
        find: "context.caller.kind !== 'person' && lock.holder !== context.actor",
        replace: 'false',
      },
    ],
    [
      /"Signalbox-Agent","alice"\].* over HTTP was not FORBIDDEN but done/,
      /^the token sb_.* over HTTP was not UNAUTHENTICATED but done/,
      /^the token sb_.* on \/(agent|control) was not UNAUTHENTICATED but done/,
      /^the cookie sb_.* was not UNAUTHENTICATED but done/,
      /^a viewer: token\.list .* was not FORBIDDEN but done/,
      /^message\.send of bob-0 over HTTP is from .*"human:owner"/,
      /^message\.send of carol-0 over the socket \/agent is from .*"human:owner"/,
      /^an agent: lock\.release .* was not FORBIDDEN but done/,
      /^an agent: lock\.release .* wrote \{.*"actor":"bob-0"/,
      /^what alice has was /,
    ],
  ],
];

test.concurrent.for(WEAKENED)(
  '%s: a hub that lets something pass is noticed, for each thing it lets pass',
  { timeout: 120_000 },
  async ([corpus, patches, noticed], { expect }) => {
    const hub = await startHub({ program: PROGRAM, env: { SIGNALBOX_TEST_PATCHES: JSON.stringify(patches) } });
    try {
      const { passed } = await runCorpus(corpus, {
        url: hub.url,
        token: hub.ownerToken,
        project: `weakened-${corpus}`,
        commands: ['task.create'],
      });
      expect(noticed.filter((sentence) => !passed.some((found) => sentence.test(found)))).toEqual([]);
    } finally {
      await hub.close();
    }
  },
);
