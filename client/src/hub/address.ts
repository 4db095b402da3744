/** How addresses of groups begin; `all` and `people` are whole words. */
export const ROLE = 'role:';
export const CAPABILITY = 'capability:';

/** Everybody, the people, or a role or capability; else it is the id of one agent. */
export const isGroupAddress = (address: string): boolean =>
  address === 'all' || address === 'people' || address.startsWith(ROLE) || address.startsWith(CAPABILITY);
