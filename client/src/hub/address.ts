/** How addresses of groups begin; `all` and `people` are whole words. */
export const ROLE = 'role:';
export const CAPABILITY = 'capability:';

/** Whom people talk to about the whole: what is said to this role is one conversation. */
export const COORDINATOR_ROLE = 'coordinator';
export const COORDINATOR_ADDRESS = `${ROLE}${COORDINATOR_ROLE}`;
/** What they and it say to each other, whichever agent has the role. */
export const COORDINATOR_THREAD = 'coordinator';

/** Everybody, the people, or a role or capability; else it is the id of one agent. */
export const isGroupAddress = (address: string): boolean =>
  address === 'all' || address === 'people' || address.startsWith(ROLE) || address.startsWith(CAPABILITY);
