import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** `report/…` is what agents claim; the folder itself may be anywhere. */
export const claimOn = (path: string): string => `report/${path}`;

/** The report as files. A file is replaced whole, so that an agent killed in the middle leaves the old one. */
export class ReportFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(path: string, text: string): Promise<void> {
    const target = join(this.#folder, path);
    await mkdir(dirname(target), { recursive: true });
    const draft = `${target}.${process.pid}.new`;
    await writeFile(draft, text);
    await rename(draft, target);
  }

  writeJson(path: string, value: unknown): Promise<void> {
    return this.write(path, `${JSON.stringify(value, null, 2)}\n`);
  }

  /** '' when it is not there yet. */
  read(path: string): Promise<string> {
    return readFile(join(this.#folder, path), 'utf8').catch(() => '');
  }

  /** null when it is not there. */
  async readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
    const text = await this.read(path);
    return text === '' ? null : schema.parse(JSON.parse(text));
  }
}

export const PLAN_FILE = 'plan.json';
/** What was counted, in which parts: all agents work from the same list. */
export const planFile = z.object({
  repository: z.string(),
  areas: z.array(z.object({ name: z.string(), slug: z.string() })),
  files: z.array(z.string()),
  /** Files and folders that are there and could not be read. */
  unreadable: z.int(),
});
export type PlanFile = z.infer<typeof planFile>;

/** Where the figures of one kind and area stand. */
export const figureFile = (kind: string, slug: string): string => `areas/${slug}/${kind}.json`;
export const reportFile = (slug: string): string => `areas/${slug}/report.md`;
