import type { AlarmCode } from '@signalbox/shared/records/alarm';

/** What an alarm means and what a person does about it; the hub's own words, which a test holds them to. */
export const ALARM_WORDS: Record<AlarmCode, { consequence: string; action: string }> = {
  AGENT_LOST: {
    consequence: 'Its work has stopped and its files stay locked until the leases end.',
    action: 'Check the machine; evict it to free its locks now.',
  },
  RETRY_OUT: {
    consequence: 'The task failed as often as it may and will not be tried again.',
    action: 'Read the reason, then retry or cancel the task.',
  },
  ASK_LATE: {
    consequence: 'An agent has waited for a person for more than 15 minutes.',
    action: 'Answer the question.',
  },
  LOST_AGENTS: {
    consequence: 'Three agents in a row were lost on the task; it is blocked.',
    action: 'Read its attempts, then unblock or cancel it.',
  },
};
