import { setImmediate as turn } from 'node:timers/promises';
import type { AnyRecord } from '@signalbox/shared/records';
import { KINDS } from '@signalbox/shared/records';
import type { ProjectRecord } from '@signalbox/shared/records/hub';
import type { Project } from '../project.ts';

/** Written in one piece, so that a large project is not a million small writes. */
const CHUNK_CHARACTERS = 64 * 1024;
const FORMAT = 1;

/**
 * Everything of a project at one moment, one JSON object a line: what it is, its records, and the end, without which a
 * download that broke off would look whole. Records are never changed in place, so the references are that moment,
 * however long the reader takes; only what is being written exists as text.
 */
export async function* exportLines(project: Project, hub: Project): AsyncGenerator<string> {
  const settings = await hub.ledger.read((view) => view.get('project', project.id));
  const { head, records } = await project.ledger.read((view) => {
    const { epoch, seq } = project.ledger;
    const records = KINDS.flatMap((kind): AnyRecord[] => [...view.values(kind)]);
    return { head: { export: FORMAT, project: project.id, epoch, seq, at: Date.now() }, records };
  });
  let text = `${JSON.stringify({ ...head, records: records.length, ...(settings && { settings: bare(settings) }) })}\n`;
  for (const record of records) {
    text += `${JSON.stringify(bare(record))}\n`;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
    // Everybody else has a turn in between, also when the reader is faster than this.
    await turn();
  }
  yield `${text}{"end":true,"records":${records.length}}\n`;
}

/** Without what proves to the hub who somebody is. */
function bare(record: AnyRecord | ProjectRecord): object {
  if (record.kind !== 'agent') return record;
  const { instance: _instance, tokenId: _tokenId, ...said } = record;
  return said;
}
