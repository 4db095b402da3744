import type { CommandDeclaration } from '@signalbox/shared/command';
import type { Field } from './fields.ts';
import { plain } from './plain.ts';

/**
 * What is wrong with the options of a command line, in a sentence that names the first of them; undefined when nothing
 * is. The hub would refuse the same, but it knows fields only, and not how they were written.
 */
export function badInput(
  { name, input: schema }: CommandDeclaration,
  fields: readonly Field[],
  input: Record<string, unknown>,
): string | undefined {
  const issue = schema.safeParse(input).error?.issues[0];
  if (issue === undefined) return undefined;
  const [first, ...inside] = issue.path.map(String);
  const field = fields.find((one) => one.name === first);
  if (first === undefined || field === undefined) return `${sentence(issue.message)}.`;
  const flag = `--${first}`;
  if (input[first] === undefined)
    return `${flag} is missing${field.about === '' ? '' : ` (${field.about})`}; see: signalbox ${name.replace('.', ' ')} --help`;
  const place = inside.length === 0 ? '' : ` at ${plain(inside.join('.'))}`;
  // Choices and bounds say what it takes; for JSON only the schema knows what is wrong inside.
  const takes = field.about !== '' && field.as !== 'json' ? `it takes ${field.about}` : issue.message;
  return `${flag} cannot be ${plain(written(input[first]))}${place}: ${takes}.`;
}

const WRITTEN_MAX = 60;
function written(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > WRITTEN_MAX ? `${text.slice(0, WRITTEN_MAX)}…` : text;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
