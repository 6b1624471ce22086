import type { Circumstances, Decision } from '../command.js';
import type { PHOTO_TYPES } from '../kinds.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';
import { knownNotice, refuseDatedBefore, refuseNotStanding } from './publish-notice.js';

export type PhotoType = (typeof PHOTO_TYPES)[number];

/** 张贴凭证: a photo shows the notice where it hangs. The photo itself is kept outside the log, under its hash. */
export interface EvidenceNotice {
  notice: string;
  /** SHA-256, in lower-case hex, of the photo as it is kept: without what the camera wrote beside the picture. */
  sha256: string;
  mediaType: PhotoType;
  bytes: number;
  /** UTC with milliseconds. */
  takenAt: string;
  place: string;
}

export type NoticeEvidenced = EvidenceNotice;

/** 撤回. */
export interface WithdrawNotice {
  notice: string;
  reason: string;
}

export type NoticeWithdrawn = WithdrawNotice;

/** Refusals: notice_unknown, photo_from_future, photo_exists. */
export function evidenceNotice(state: BookState, body: EvidenceNotice, { recordedAt }: Circumstances): Decision {
  const notice = knownNotice(state, body.notice, 'notice');
  if (body.takenAt > recordedAt) throw new Refusal('photo_from_future', undefined, { field: 'takenAt' });
  if (notice.photos.includes(body.sha256)) throw new Refusal('photo_exists', undefined, { sha256: body.sha256 });
  const { notice: id, sha256, mediaType, bytes, takenAt, place } = body;
  return { type: 'notice.evidenced', data: { notice: id, sha256, mediaType, bytes, takenAt, place }, postings: [] };
}

/** Refusals: notice_unknown, notice_not_standing, dated_before_subject. */
export function withdrawNotice(
  state: BookState,
  { notice, reason }: WithdrawNotice,
  _: Circumstances,
  effectiveDate: string,
): Decision {
  const known = knownNotice(state, notice, 'notice');
  refuseNotStanding(notice, known, 'notice');
  refuseDatedBefore(`notice ${notice}`, known, effectiveDate);
  return { type: 'notice.withdrawn', data: { notice, reason }, postings: [] };
}
