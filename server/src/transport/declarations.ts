import type { CommandDeclaration } from '@signalbox/shared/command';
import { COMMANDS } from '@signalbox/shared/commands';

const BY_NAME: ReadonlyMap<string, CommandDeclaration> = new Map(
  COMMANDS.map((declaration) => [declaration.name, declaration]),
);

export const declarationOf = (name: string): CommandDeclaration | undefined => BY_NAME.get(name);
