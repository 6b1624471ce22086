import { type ValidationError, validateSync } from 'class-validator';
import { JSON_OBJECT, mustBe } from './allowed.js';
import { metadataByField } from './compiled-validation.js';
import { type BodyClass, nestedClass, WHOLE_BODY } from './fields.js';

export interface FieldError {
  /** Path in the body, e.g. `lines[1].amount`; empty for the body itself. */
  field: string;
  /** What is allowed there. Never the value that was given: it may be personal. */
  message: string;
}

/** A body with this many faults is of no use to anybody in full. */
const MAX_ERRORS = 50;
/** Longer than any list may be. What lies beyond is not looked at, so that a hostile body costs little. */
const MAX_ITEMS = 500;

/** What is wrong with a body, in the words of its class; nothing where it is good. */
export function bodyErrors(bodyClass: BodyClass, body: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const instance = asInstance(bodyClass, body, '', errors);
  if (instance !== undefined) {
    const found = validateSync(instance, { forbidUnknownValues: false, stopAtFirstError: true });
    for (const error of found) flatten(error, '', errors);
  }
  return errors.slice(0, MAX_ERRORS);
}

/** class-validator needs instances, and whitelists `constructor` and its like; unknown fields are therefore found here. */
function asInstance(bodyClass: BodyClass, value: unknown, path: string, errors: FieldError[]): object | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    errors.push({ field: path, message: mustBe(JSON_OBJECT) });
    return undefined;
  }
  const known = metadataByField(bodyClass);
  const instance = Object.create(bodyClass.prototype);
  for (const [name, given] of Object.entries(value)) {
    const field = fieldPath(path, name);
    if (name === WHOLE_BODY || !known.has(name)) {
      errors.push({
        field: shown(field),
        message: `不是此处的字段 is not a field of this body; its fields are ${fieldNames(known)}`,
      });
      if (errors.length >= MAX_ERRORS) break;
      continue;
    }
    const itemClass = nestedClass(bodyClass, name);
    const items = Array.isArray(given) ? given.slice(0, MAX_ITEMS) : undefined;
    instance[name] =
      itemClass === undefined
        ? (items ?? given)
        : (items?.map((item, index) => asInstance(itemClass, item, `${field}[${index}]`, errors)) ??
          nestedInstance(itemClass, given, field, errors));
  }
  return instance;
}

/** Where it is no object at all, the rule of the field finds the words. */
function nestedInstance(itemClass: BodyClass, given: unknown, field: string, errors: FieldError[]): unknown {
  return typeof given === 'object' && given !== null ? asInstance(itemClass, given, field, errors) : given;
}

function flatten(error: ValidationError, parent: string, errors: FieldError[]): void {
  const path = /^\d+$/.test(error.property) ? `${parent}[${error.property}]` : fieldPath(parent, error.property);
  for (const [rule, message] of Object.entries(error.constraints ?? {})) {
    errors.push({ field: error.contexts?.[rule]?.shownAt ?? path, message });
  }
  for (const child of error.children ?? []) flatten(child, path, errors);
}

function fieldPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

function fieldNames(known: Map<string, unknown>): string {
  return [...known.keys()].filter((name) => name !== WHOLE_BODY).join(', ');
}

/** The name of an unknown field is the caller's own text; it is echoed in part and without what cannot be printed. */
export function shown(field: string): string {
  return field.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?').slice(0, 100);
}
