import type { CommandInput } from '@signalbox/shared/commands';

/** The fields of the dialog as typed. */
export interface Draft {
  title: string;
  description: string;
  priority: string;
  type: string;
  dependencies: string;
  files: string;
  requires: string;
  review: boolean;
}

export const EMPTY_DRAFT: Draft = {
  title: '',
  description: '',
  priority: '3',
  type: '',
  dependencies: '',
  files: '',
  requires: '',
  review: false,
};

/** Separated by commas, spaces or lines. */
const items = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter((item) => item !== ''))];
/** Paths may have spaces in them. */
const lines = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,]/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

/** `4` and `t-4` are T-4. */
const taskIdOf = (typed: string): string => (/^\d+$/.test(typed) ? `T-${typed}` : typed.toUpperCase());

/** What is sent: only what was filled in, so that the hub's defaults stay the hub's. */
export function toCreateInput(draft: Draft): CommandInput<'task.create'> {
  const dependencies = [...new Set(items(draft.dependencies).map(taskIdOf))];
  const files = lines(draft.files);
  const requires = items(draft.requires);
  return {
    title: draft.title.trim(),
    priority: Number(draft.priority),
    ...(draft.description.trim() !== '' && { description: draft.description }),
    ...(draft.type.trim() !== '' && { type: draft.type.trim() }),
    ...(dependencies.length > 0 && { dependencies }),
    ...(files.length > 0 && { files }),
    ...(requires.length > 0 && { requires }),
    ...(draft.review && { review: true }),
  };
}

/** The field a refusal names, when it is one of the dialog. */
export function faultOf(
  error: { message: string; details?: Record<string, unknown> } | null,
): { field: keyof Draft | null; message: string } | null {
  if (error === null) return null;
  const named = typeof error.details?.field === 'string' ? error.details.field : error.message;
  const field = (Object.keys(EMPTY_DRAFT) as (keyof Draft)[]).find((name) => new RegExp(`\\b${name}\\b`).test(named));
  return { field: field ?? null, message: error.message };
}
