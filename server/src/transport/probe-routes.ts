import { isRefusal, type Refusal, refuse } from '@signalbox/shared/errors';
import { Router } from 'express';
import { sendRefusal } from './http-answer.ts';
import { authenticate, type CallerRules } from './http-caller.ts';
import type { SettleInTime } from './settle-in-time.ts';

/** Prometheus text. */
interface Metrics {
  contentType: string;
  text: string;
}

export interface ProbeOptions extends CallerRules {
  ready(): boolean | Promise<boolean>;
  metrics(): Promise<Metrics>;
  inTime: SettleInTime;
  node: string;
  version: string;
  behindTlsProxy: boolean;
}

/** What supervisors and Prometheus ask: `/healthz`, `/readyz`, `/metrics`. */
export function probeRoutes(options: ProbeOptions): Router {
  const router = Router();
  router.get(
    '/healthz',
    (_request, response) => void response.json({ ok: true, version: options.version, node: options.node }),
  );
  router.get('/readyz', async (_request, response) => {
    const ready = await options.ready();
    response.status(ready ? 200 : 503).json({ ok: ready });
  });
  router.get('/metrics', async (request, response) => {
    // Behind a proxy everybody comes from the proxy's address, so that says nothing.
    const local = !options.behindTlsProxy && isLoopback(request.socket.remoteAddress);
    const principal = local ? undefined : await authenticate(request, options);
    if (isRefusal(principal)) return sendRefusal(response, principal);
    const metrics = await options.inTime.run<Metrics | Refusal>(options.metrics(), unavailable);
    if (isRefusal(metrics)) return sendRefusal(response, metrics);
    response.type(metrics.contentType).send(metrics.text);
  });
  return router;
}

const unavailable = (): Refusal => refuse('STORAGE_UNAVAILABLE', 'Redis does not answer; ask again after the delay.');

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address);
