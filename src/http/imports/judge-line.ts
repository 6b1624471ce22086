import type { CommandKind } from '../../domain/command.js';
import { looksPersonal } from '../../domain/personal-data.js';
import type { Caller } from '../access/roles.js';
import { POSTINGS } from '../postings/all-postings.js';
import { isKey, KEY_RULE, personalKey } from '../postings/idempotency-key.js';
import type { PostingRoute } from '../postings/posting-route.js';
import { HttpProblem, invalidRequest } from '../problems/problem.js';
import { JSON_OBJECT, mustBe, oneOf } from '../validation/allowed.js';
import type { FieldError } from '../validation/body-errors.js';
import { bodyJudge } from '../validation/body-judge.js';
import { parseStrictJson } from '../validation/strict-json.js';

/** One line of an import, as good as a request of its own. */
export interface ImportCommand {
  /** Idempotency key. */
  key: string;
  request: {
    kind: CommandKind;
    /** As its kind has it in REST, with what stands in the path there. */
    body: object;
  };
}

type Line = Record<string, unknown>;

/** For whom a line is judged; a file at home is judged for nobody. */
interface For {
  book?: string;
  caller?: Caller;
}

/** A field whose name a line has for itself, and what it is called there. */
export const RENAMED: Partial<Record<CommandKind, { field: string; inLine: string }>> = {
  payment: { field: 'kind', inLine: 'paymentKind' },
};

const ROUTES = new Map<unknown, PostingRoute>(POSTINGS.map((route) => [route.kind, route]));
const JUDGES = new Map<CommandKind, (body: unknown) => object>();

/** Error: HttpProblem `invalid_request`. */
export function parseLine(text: string): Line {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    // The words of JSON.parse repeat parts of the line.
    throw invalidRequest([{ field: '', message: mustBe({ zh: '一行有效的 JSON', en: 'valid JSON on one line' }) }]);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line;
  throw invalidRequest([{ field: '', message: mustBe(JSON_OBJECT) }]);
}

/**
 * Judges a line by the rules of the route that its kind has in REST. A good one costs one call of compiled code, as there.
 *
 * Errors: HttpProblem `invalid_request`, `forbidden`; Refusal `personal_data_in_text`, or that of what stands in the path.
 */
export function judgeLine({ book, caller }: For, line: Line): ImportCommand {
  const { kind, key, book: named } = line;
  const errors = envelopeErrors(kind, key, named, book);
  const route = ROUTES.get(kind);
  if (route === undefined) throw invalidRequest(errors);
  if (caller !== undefined) refuseRole(caller, route);
  const body = asPosted(route, line);
  const accepted = collect(errors, route.kind, () => judgeOf(route)(body));
  const part = collect(errors, route.kind, () => partOf(route, line));
  if (errors.length > 0 || accepted === undefined || !isKey(key)) throw invalidRequest(errors);
  if (looksPersonal(key)) throw personalKey('key');
  if (book !== undefined && kind === 'book' && (accepted as { id: string }).id !== book)
    throw invalidRequest([otherBook('id', book)]);
  const whole = route.part === undefined ? accepted : { ...accepted, [route.part.name]: part };
  return { key, request: { kind: route.kind, body: whole } };
}

function envelopeErrors(kind: unknown, key: unknown, named: unknown, book: string | undefined): FieldError[] {
  const errors: FieldError[] = [];
  if (!ROUTES.has(kind)) errors.push({ field: 'kind', message: mustBe(oneOf(POSTINGS.map(({ kind }) => kind))) });
  if (!isKey(key)) errors.push({ field: 'key', message: KEY_RULE });
  if (named !== undefined && book !== undefined && named !== book) errors.push(otherBook('book', book));
  return errors;
}

function otherBook(field: 'book' | 'id', book: string): FieldError {
  const orNothing = field === 'book' ? { zh: ',或不填', en: ', or be left out' } : { zh: '', en: '' };
  return {
    field,
    message: `应为所导入的账套 ${book}${orNothing.zh} must be ${book}, to which the import goes${orNothing.en}`,
  };
}

function refuseRole({ role }: Caller, { kind, roles }: PostingRoute): void {
  if (!roles.includes(role))
    throw new HttpProblem('forbidden', `The role ${role} may not post a line of kind ${kind}.`);
}

/** The body as REST takes it, without what it has in the path. */
function asPosted({ kind, part }: PostingRoute, line: Line): Line {
  const renamed = RENAMED[kind];
  const body: Line = {};
  for (const name in line) {
    if (name === 'kind' || name === 'key' || name === 'book' || name === part?.name) continue;
    const field = name === renamed?.inLine ? renamed.field : name;
    // To be refused as any unknown field, not to be taken for the prototype.
    if (field === '__proto__') Object.defineProperty(body, field, { value: line[field], enumerable: true });
    else body[field] = line[name];
  }
  return body;
}

function judgeOf({ kind, bodyClass }: PostingRoute): (body: unknown) => object {
  const known = JUDGES.get(kind) ?? bodyJudge(bodyClass);
  JUDGES.set(kind, known);
  return known;
}

function partOf({ part }: PostingRoute, line: Line): string | undefined {
  if (part === undefined) return undefined;
  const value = line[part.name];
  if (typeof value === 'string') return part.parse(value);
  throw invalidRequest([{ field: part.name, message: '须填,且为文字 must be given, as a text' }]);
}

/** Several things can be wrong with a line; they are told together. */
function collect<T>(errors: FieldError[], kind: CommandKind, judge: () => T): T | undefined {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.extras.errors === undefined) throw error;
    const renamed = RENAMED[kind];
    for (const found of error.extras.errors)
      errors.push(found.field === renamed?.field ? { ...found, field: renamed.inLine } : found);
    return undefined;
  }
}
