import type { IncomingMessage } from 'node:http';
import { type Refusal, refuse } from '@signalbox/shared/errors';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { type ApiOptions, apiRoutes } from './api-routes.ts';
import { docRoutes } from './doc-routes.ts';
import type { HostRule } from './hosts.ts';
import { errorHandler, notFound, sendRefusal } from './http-answer.ts';
import { type PageOptions, pageRoutes } from './page-routes.ts';
import { type ProbeOptions, probeRoutes } from './probe-routes.ts';
import { type SessionOptions, sessionRoutes } from './session.ts';

export interface HttpOptions extends ApiOptions, SessionOptions, ProbeOptions, PageOptions {
  onThrow(where: string, error: unknown): Refusal;
}

/** The HTTP face: API, sessions, probes, documents and the control room. */
export function createHttp(options: HttpOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Numbers with commas or nested objects have no place in a query here; ours is read with URLSearchParams.
  app.disable('query parser');
  app.use(securityHeaders(options.hosts));
  app.use(ownHostOnly(options.hosts));
  app.use(probeRoutes(options));
  app.use(docRoutes(options));
  app.use('/session', sessionRoutes(options));
  app.use('/api/v1', apiRoutes(options));
  app.use('/api', notFound);
  app.use(pageRoutes(options));
  app.use(notFound);
  app.use(errorHandler(options.onThrow));
  return app;
}

/**
 * What agents write is shown in the control room: nothing of it may ever run. No inline script or style, nothing from
 * elsewhere; sockets to the host the page came from (older browsers do not count them as 'self').
 */
function securityHeaders(hosts: HostRule): RequestHandler {
  // Any other name is refused, and may be nothing that can stand in a header.
  const sockets =
    (scheme: string) =>
    ({ headers }: IncomingMessage): string =>
      hosts.allows(headers.host) ? `${scheme}://${headers.host}` : "'none'";
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", sockets('ws'), sockets('wss')],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether a name is only served over TLS is for whoever runs the TLS proxy to say.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}

/** A page of another site can reach this port through the browser of whoever visits it; here it ends. */
const ownHostOnly =
  (hosts: HostRule): RequestHandler =>
  ({ headers }, response, next) => {
    if (!hosts.allows(headers.host))
      return sendRefusal(
        response,
        refuse(
          'FORBIDDEN',
          'Host: this is not a name of this hub. Call it by the address it printed at its start, or set --host.',
        ),
      );
    if (headers.origin !== undefined && !hosts.isOwnOrigin(headers.origin, headers.host))
      return sendRefusal(response, refuse('FORBIDDEN', 'Origin: pages of other sites may not call this hub.'));
    next();
  };
