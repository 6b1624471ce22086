import type { CommandKind } from '../../domain/command.js';
import { looksPersonal } from '../../domain/personal-data.js';
import { Refusal } from '../../domain/refusal.js';
import type { Caller } from '../access/roles.js';
import { requireScope } from '../access.js';
import { isKey, KEY_RULE } from '../entry.js';
import { HttpProblem, invalidRequest } from '../problems/problem.js';
import { bodyErrors, type FieldError } from '../validation/body-errors.js';
import type { ValidationPipe } from '../validation/validation-pipe.js';
import { IMPORT_KINDS, type ImportKind, isKind, KINDS } from './import-kinds.js';

/** One line of an import, as good as a request of its own. */
export interface ImportCommand {
  kind: CommandKind;
  /** Idempotency key. */
  key: string;
  /** As the route of its kind takes it, with what stands in the path there. */
  body: object;
}

type Line = Record<string, unknown>;

/** Error: HttpProblem `invalid_request`. */
export function parseLine(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The words of JSON.parse repeat parts of the line.
    throw invalidRequest([{ field: '', message: 'must be valid JSON on one line' }]);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line;
  throw invalidRequest([{ field: '', message: 'must be a JSON object' }]);
}

/**
 * Judges a line by the rules of the route that its kind has in REST. A good one costs one call of compiled code, as there.
 *
 * Errors: HttpProblem `invalid_request`, `forbidden`; Refusal `personal_data_in_text`.
 */
export function judgeLine(
  pipe: ValidationPipe,
  book: string | undefined,
  caller: Caller | undefined,
  line: Line,
): ImportCommand {
  const { kind, key, book: named, ...fields } = line;
  const errors = envelopeErrors(kind, key, named, book);
  if (!isKind(kind)) throw invalidRequest(errors);
  const known = IMPORT_KINDS[kind];
  if (caller !== undefined) refuseRole(caller, kind, known);
  const { body, pathValue, pathErrors } = asPosted(known, fields);
  if (errors.length + pathErrors.length > 0 || !pipe.compile(known.bodyClass)(body)) {
    const found = [...errors, ...pathErrors, ...bodyErrors(known.bodyClass, body).map((error) => inLine(known, error))];
    if (found.length === 0) throw new Error(`the compiled rules of ${kind} refuse what class-validator accepts`);
    throw invalidRequest(found);
  }
  if (looksPersonal(key as string)) {
    throw new Refusal(
      'personal_data_in_text',
      'The key holds what looks like an ID number, a bank card or a mobile number.',
      {
        field: 'key',
      },
    );
  }
  if (caller !== undefined && kind === 'book') requireScope(caller, (body as { id: string }).id);
  const { pathField } = known;
  return { kind, key: key as string, body: pathField === undefined ? body : { ...body, [pathField.name]: pathValue } };
}

function envelopeErrors(kind: unknown, key: unknown, named: unknown, book: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (!isKind(kind)) errors.push({ field: 'kind', message: `must be one of ${KINDS.join(', ')}` });
  if (!isKey(key)) errors.push({ field: 'key', message: KEY_RULE });
  if (named !== undefined && book !== undefined && named !== book)
    errors.push({ field: 'book', message: `must be ${book}, to which the import goes, or be left out` });
  return errors;
}

function refuseRole({ role }: Caller, kind: CommandKind, { roles }: ImportKind): void {
  if (!roles.includes(role))
    throw new HttpProblem('forbidden', `The role ${role} may not post a line of kind ${kind}.`);
}

/** The body as REST takes it, and what it has in the path. */
function asPosted({ pathField, renamed }: ImportKind, fields: Line) {
  if (pathField !== undefined) {
    const { [pathField.name]: value, ...body } = fields;
    const isGood = typeof value === 'string' && pathField.pattern.test(value);
    const pathErrors = isGood ? [] : [{ field: pathField.name, message: `must be ${pathField.allowed}` }];
    return { body, pathValue: value, pathErrors };
  }
  if (renamed === undefined || !(renamed.inLine in fields)) return { body: fields, pathErrors: [] };
  const { [renamed.inLine]: value, ...body } = fields;
  return { body: { ...body, [renamed.field]: value }, pathErrors: [] };
}

function inLine({ renamed }: ImportKind, error: FieldError): FieldError {
  return error.field === renamed?.field ? { ...error, field: renamed.inLine } : error;
}
