import type { BookEvent, EventOf } from '../../domain/event.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';

interface Notice {
  type: string;
  division: string;
  rows: number;
  stands: boolean;
}

/** Notices and objections as the events of a book make them: whatever an entry speaks of was made by an earlier one. */
export class NoticeRegister {
  private readonly notices = new Map<string, Notice>();
  private readonly photos = new Set<string>();
  /** Whether each was answered. */
  private readonly objections = new Map<string, boolean>();

  take(event: BookEvent): Misfit | undefined {
    switch (event.type) {
      case 'notice.published':
        return this.publish(event);
      case 'notice.evidenced':
        return this.evidence(event);
      case 'notice.withdrawn':
        return this.end('data.notice', event.data.notice);
      case 'objection.filed':
        return this.file(event);
      case 'objection.answered':
        return this.answer(event);
      default:
        return undefined;
    }
  }

  private publish({ data, seq }: EventOf<'notice.published'>): Misfit | undefined {
    const { id, type, division, rows, asOfSeq, replaces } = data;
    if (this.notices.has(id)) return misfit('data.id', 'an id that no notice bears', id);
    if (asOfSeq >= seq) return misfit('data.asOfSeq', 'an earlier entry', asOfSeq);
    const before = this.notices.get(replaces ?? '');
    if (before !== undefined && (before.type !== type || before.division !== division))
      return misfit('data.replaces', 'a notice of the same type and division', replaces);
    const ended = replaces === undefined ? undefined : this.end('data.replaces', replaces);
    if (ended === undefined) this.notices.set(id, { type, division, rows, stands: true });
    return ended;
  }

  private end(path: string, id: string): Misfit | undefined {
    const notice = this.notices.get(id);
    if (notice?.stands !== true) return misfit(path, 'a notice that stands', id);
    notice.stands = false;
    return undefined;
  }

  private evidence({ data, recordedAt }: EventOf<'notice.evidenced'>): Misfit | undefined {
    if (!this.notices.has(data.notice)) return misfit('data.notice', 'a notice that was published', data.notice);
    if (data.takenAt > recordedAt) return misfit('data.takenAt', `${recordedAt} or earlier`, data.takenAt);
    const key = `${data.notice} ${data.sha256}`;
    if (this.photos.has(key)) return misfit('data.sha256', 'a photo that the notice has not', data.sha256);
    this.photos.add(key);
    return undefined;
  }

  private file({ data, seq }: EventOf<'objection.filed'>): Misfit | undefined {
    const { id, notice, row = 0, entry = 0 } = data;
    if (this.objections.has(id)) return misfit('data.id', 'an id that no objection bears', id);
    const about = this.notices.get(notice ?? '');
    if (notice !== undefined && about === undefined)
      return misfit('data.notice', 'a notice that was published', notice);
    if (row > (about?.rows ?? 0)) return misfit('data.row', 'a row of the notice', row);
    if (entry >= seq) return misfit('data.entry', 'an earlier entry', entry);
    this.objections.set(id, false);
    return undefined;
  }

  private answer({ data }: EventOf<'objection.answered'>): Misfit | undefined {
    if (this.objections.get(data.objection) !== false)
      return misfit('data.objection', 'an objection that waits for its answer', data.objection);
    this.objections.set(data.objection, true);
    return undefined;
  }
}

function misfit(path: string, expected: string, found: unknown): Misfit {
  return { path, expected, found: shown(found) };
}
