import type { CommandDeclaration } from '@signalbox/shared/command';

/** Changes nothing for whoever may look, so that it may be sent by GET: every read, and `lock.check`, which only orders itself into the ledger. */
export const readableByGet = ({ kind, access }: CommandDeclaration): boolean => kind === 'read' || access === 'viewer';
