import { CONFIRM_FROM } from '../../hub/audience.ts';
import type { DirectiveAction } from '../../hub/drafts.ts';

/** `type`: the number has to be typed, because the whole fleet stops. */
export type Risk = 'none' | 'confirm' | 'type';

export interface SendFacts {
  action: DirectiveAction;
  tokens: readonly string[];
  recipients: number;
  /** Everybody there is. */
  fleet: number;
}

export function riskOf({ action, tokens, recipients, fleet }: SendFacts): Risk {
  const everybody = tokens.includes('all') || (fleet > 1 && recipients === fleet);
  if (action === 'pause' && everybody) return 'type';
  return recipients >= CONFIRM_FROM ? 'confirm' : 'none';
}
