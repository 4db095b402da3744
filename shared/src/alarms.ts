/** What each alarm means and what a person does about it. An alarm that asks for no action is not one. */
export const ALARMS = {
  AGENT_LOST: {
    priority: 2,
    consequence: 'Its tasks went back in line; files it had claimed stay locked until their leases end.',
    action: 'Check the machine; evict it to free its locks now.',
  },
  RETRY_OUT: {
    priority: 2,
    consequence: 'The task failed as often as it may and will not be tried again.',
    action: 'Read the reason, then retry or cancel the task.',
  },
  ASK_LATE: {
    priority: 2,
    consequence: 'An agent has waited for a person for more than 15 minutes, or past its own deadline.',
    action: 'Answer the question.',
  },
  LOST_AGENTS: {
    priority: 2,
    consequence: 'Three agents in a row were lost on the task; it is blocked.',
    action: 'Read its attempts, then unblock or cancel it.',
  },
  CRIT_STUCK: {
    priority: 1,
    consequence: 'A critical task has been blocked, or with nobody, for more than 5 minutes.',
    action: 'Assign it, or unblock it.',
  },
  LOCK_HOT: {
    priority: 2,
    consequence: 'Three or more wait for a lock, or somebody for more than 10 minutes.',
    action: 'Ask its holder to release or to hand over what it does not need.',
  },
  BUDGET: {
    priority: 2,
    consequence: 'The agents have reported as much as the project may spend. Nothing is stopped by it.',
    action: 'Raise the budget, or pause the agents.',
  },
  ACK_LATE: {
    priority: 2,
    consequence: 'An order was to be acknowledged by now, and is not by everybody.',
    action: 'Look after those who are silent, or send it again.',
  },
  LOOP: {
    priority: 2,
    consequence: 'An agent goes round in a circle without getting anything done; the hub slows it down.',
    action: 'Pause the agent, then tell it what to do instead.',
  },
} as const;
export const ALARM_CODES = [
  'AGENT_LOST',
  'RETRY_OUT',
  'ASK_LATE',
  'LOST_AGENTS',
  'CRIT_STUCK',
  'LOCK_HOT',
  'BUDGET',
  'ACK_LATE',
  'LOOP',
] as const satisfies readonly (keyof typeof ALARMS)[];
export type AlarmCode = (typeof ALARM_CODES)[number];
