import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SIZE_BYTES = 256 * 1024 * 1024;

/**
 * A disk whose power can fail: a file system in a file. What a process wrote is in that file when it was synced, or when
 * the kernel came round to it, some 30 s later; so a copy of the file is what a power cut leaves.
 */
export class Disk {
  /** Where it is mounted. */
  readonly folder: string;
  readonly #root: string;
  #image: string;
  #cuts = 0;

  private constructor(root: string) {
    this.#root = root;
    this.folder = join(root, 'd');
    this.#image = join(root, 'image-0');
  }

  /** Undefined where this user can mount none. */
  static async make(): Promise<Disk | undefined> {
    const disk = new Disk(await mkdtemp(join(tmpdir(), 'sb-disk-')));
    await mkdir(disk.folder);
    await writeFile(disk.#image, '');
    await truncate(disk.#image, SIZE_BYTES);
    try {
      await run('mkfs.ext4', ['-q', disk.#image]);
      await disk.#mount();
      return disk;
    } catch {
      await rm(disk.#root, { recursive: true });
      return undefined;
    }
  }

  /** Resolves when it is there again, with what was on the disk. Nobody may have anything open on it. */
  async losePower(): Promise<void> {
    const left = join(this.#root, `image-${++this.#cuts}`);
    await cp(this.#image, left);
    await run('umount', [this.folder]);
    await rm(this.#image);
    this.#image = left;
    await this.#mount();
  }

  async close(): Promise<void> {
    await run('umount', [this.folder]);
    await rm(this.#root, { recursive: true });
  }

  async #mount(): Promise<void> {
    await run('mount', ['-o', 'loop', this.#image, this.folder]);
  }
}
