import { randomUUID } from 'node:crypto';
import type { DraftErrors, ObjectionDraft } from '../../board/notices/objection-form.js';
import type { Say } from '../../board/words.js';
import { Refusal } from '../../domain/refusal.js';
import { IdempotencyKeyReused } from '../../posting/failures.js';
import { HttpProblem } from '../problems/problem.js';

const TOKEN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the form sent; whatever is missing is empty. A body of another kind is an empty form. */
export function draftOf(fields: unknown): ObjectionDraft {
  const form = fields instanceof URLSearchParams ? fields : new URLSearchParams();
  // Browsers send a line of a text area as CR LF.
  const of = (name: string) => (form.get(name) ?? '').replace(/\r\n?/g, '\n').trim();
  const token = of('token');
  return {
    kind: of('kind'),
    row: of('row'),
    text: of('text'),
    name: of('name'),
    phone: of('phone'),
    token: TOKEN.test(token) ? token : randomUUID(),
  };
}

/** The body that the JSON route takes; an empty field is one that is not given. */
export function objectionOf({ kind, row, text, name, phone }: ObjectionDraft, notice: string): object {
  return {
    kind,
    notice,
    text,
    ...(row !== '' && { row: /^\d{1,9}$/.test(row) ? Number(row) : row }),
    ...(name !== '' && { name }),
    ...(phone !== '' && { phone }),
  };
}

/** What stands at the fields, in the reader's words. */
export function errorsOf(error: HttpProblem | Refusal | IdempotencyKeyReused, say: Say): DraftErrors {
  if (error instanceof IdempotencyKeyReused) {
    const message = say(
      '这张表已经提交过一次。要另提一件，请再点一次提交。',
      'This form was sent before. To file another one, send it once more.',
    );
    return { form: message };
  }
  const fields =
    error instanceof HttpProblem
      ? (error.extras.errors ?? []).map(({ field }) => field)
      : [error.code === 'notice_row_unknown' ? 'row' : ''];
  const errors: DraftErrors = {};
  for (const field of fields) Object.assign(errors, errorOf(field, error, say));
  return errors;
}

function errorOf(field: string, error: Error, say: Say): DraftErrors {
  switch (field) {
    case 'row':
      return { row: say('公告里没有这一行，请填表里的序号。', 'The notice has no such row; give its number.') };
    case 'text':
      return {
        text: say('请写明哪里不对，不超过两千字。', 'Say what is wrong, in at most two thousand characters.'),
      };
    case 'name':
      return { name: say('姓名请写在一行里，不超过一百字。', 'A name is one line of at most a hundred characters.') };
    case 'phone':
      return { phone: say('电话只写数字、空格和短横线。', 'A telephone number has figures, spaces and hyphens.') };
    case 'kind':
      return { kind: say('请选择异议或举报。', 'Choose objection or report.') };
    default:
      return { form: error.message };
  }
}
