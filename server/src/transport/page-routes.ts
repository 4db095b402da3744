import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Response, Router } from 'express';

const YEAR_S = 365 * 24 * 3_600;

export interface PageOptions {
  /** The built control room. */
  clientDir: string;
  /** The packed SDK and CLI. */
  packageFile: string;
}

/** The control room and what can be downloaded. Addresses of pages that the browser itself resolves get the page, too. */
export function pageRoutes({ clientDir, packageFile }: PageOptions): Router {
  const router = Router();
  const index = join(clientDir, 'index.html');
  router.get('/dl/signalbox.tgz', (_request, response, next) => {
    if (!existsSync(packageFile)) return next();
    response.type('application/gzip').setHeader('Cache-Control', 'no-cache');
    response.sendFile(packageFile, { dotfiles: 'allow' });
  });
  router.use(express.static(clientDir, { index: false, redirect: false, setHeaders: cacheAssets }));
  router.get('/{*path}', (request, response, next) => {
    if (request.path !== '/' && request.accepts(['json', 'html']) !== 'html') return next();
    response.setHeader('Cache-Control', 'no-cache');
    if (existsSync(index)) return response.sendFile(index, { dotfiles: 'allow' });
    response
      .status(503)
      .type('text/plain')
      .send('The control room is not built yet: run "npm run build" and load this page again.\n');
  });
  return router;
}

/** Names under assets/ contain a hash of their content: what is there never changes. */
function cacheAssets(response: Response, path: string): void {
  response.setHeader(
    'Cache-Control',
    /[\\/]assets[\\/]/.test(path) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
  );
}
