import { type Request, Router } from 'express';
import { agentGuide } from './agent-guide.ts';
import { asyncapi } from './asyncapi.ts';
import { DOCS_STYLE, docsPage } from './docs-page.ts';
import { openapi } from './openapi.ts';

export interface DocOptions {
  version: string;
  behindTlsProxy: boolean;
}

/** Stands in the text until somebody asks. */
const ANY_HOST = 'the host of this hub';

/** What there is to read, for people, machines and language models. The same for everybody, so it needs no token. */
export function docRoutes({ version, behindTlsProxy }: DocOptions): Router {
  const router = Router();
  // Anybody may ask for these, and making one takes a tenth of a second: made once, for any name the hub is called by.
  const openapiText = once(() => JSON.stringify(openapi({ version })));
  const asyncapiText = once(() => JSON.stringify(asyncapi({ version, host: ANY_HOST })));
  const docsText = once(() => docsPage({ version }));
  // The host was checked against the names of this hub.
  const hostOf = (request: Request): string => request.headers.host ?? '';
  router.get('/openapi.json', (_request, response) => void response.type('json').send(openapiText()));
  router.get('/asyncapi.json', (request, response) => {
    response.type('json').send(asyncapiText().replace(`"${ANY_HOST}"`, () => JSON.stringify(hostOf(request))));
  });
  router.get('/docs', (_request, response) => void response.type('html').send(docsText()));
  router.get('/docs/style.css', (_request, response) => void response.type('css').send(DOCS_STYLE));
  router.get('/agent.md', (request, response) => {
    const url = `${behindTlsProxy ? 'https' : 'http'}://${hostOf(request)}`;
    response.type('text/markdown; charset=utf-8').send(agentGuide(url));
  });
  return router;
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
