import { getMetadataStorage, type ValidationArguments } from 'class-validator';
import { type BodyClass, isGiven, nestedClass, WHOLE_BODY } from './fields.js';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Judge = (value: unknown, body: object) => boolean;

/**
 * Rules that are a comparison, by name. Every other rule is judged by the constraint of class-validator itself: the two cannot
 * disagree on a value.
 */
const COMPARISONS: Record<string, (constraints: readonly unknown[]) => Judge | undefined> = {
  isString: () => (value) => typeof value === 'string',
  isInt: () => (value) => Number.isInteger(value),
  min:
    ([least]) =>
    (value) =>
      typeof value === 'number' && value >= Number(least),
  max:
    ([most]) =>
    (value) =>
      typeof value === 'number' && value <= Number(most),
  isIn: ([choices]) => {
    const known = new Set(choices as unknown[]);
    return (value) => known.has(value);
  },
  isArray: () => (value) => Array.isArray(value),
  isObject: () => (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  arrayMinSize:
    ([least]) =>
    (value) =>
      Array.isArray(value) && value.length >= Number(least),
  arrayMaxSize:
    ([most]) =>
    (value) =>
      Array.isArray(value) && value.length <= Number(most),
  matches: ([pattern]) => {
    // One that keeps a place from one text to the next is another thing.
    if (!(pattern instanceof RegExp) || pattern.global || pattern.sticky) return undefined;
    return (value) => typeof value === 'string' && pattern.test(value);
  },
};

/**
 * Puts the class-validator rules of a body class, the one source of them, together to a fast yes or no on parsed JSON.
 * A decorator that cannot be compiled is an error here.
 */
export function compileValidation(bodyClass: BodyClass): (body: unknown) => boolean {
  const judge = objectJudge(bodyClass);
  return (body) => judge(body, NO_BODY);
}

const NO_BODY = {};

export function metadataByField(bodyClass: BodyClass): Map<string, Metadata[]> {
  const fields = new Map<string, Metadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(bodyClass, '', false, false)) {
    const known = fields.get(metadata.propertyName);
    if (known === undefined) fields.set(metadata.propertyName, [metadata]);
    else known.push(metadata);
  }
  return fields;
}

interface Field {
  isNeeded: boolean;
  judges: Judge[];
  /** Of each item of a list. */
  items: Judge[];
}

function objectJudge(bodyClass: BodyClass): Judge {
  const fields = new Map<string, Field>();
  const together: Judge[] = [];
  for (const [name, rules] of metadataByField(bodyClass)) {
    if (name === WHOLE_BODY) together.push(...rules.map((rule) => constraintJudge(bodyClass, rule)));
    else fields.set(name, compiledField(bodyClass, name, rules));
  }
  const needed = [...fields.values()].filter(({ isNeeded }) => isNeeded).length;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    let given = 0;
    for (const name in value) {
      const field = fields.get(name);
      if (field === undefined) return false;
      const one = (value as Record<string, unknown>)[name];
      if (one === undefined) continue;
      if (!isGood(field, one, value)) return false;
      if (field.isNeeded) given += 1;
    }
    return given === needed && areAll(together, undefined, value);
  };
}

/** The first rules of a list say that it is one; only then are there items to look at. */
function isGood({ judges, items }: Field, value: unknown, body: object): boolean {
  if (!areAll(judges, value, body)) return false;
  if (items.length === 0) return true;
  for (const item of value as unknown[]) if (!areAll(items, item, body)) return false;
  return true;
}

function areAll(judges: readonly Judge[], value: unknown, body: object): boolean {
  for (const judge of judges) if (!judge(value, body)) return false;
  return true;
}

function compiledField(bodyClass: BodyClass, name: string, rules: Metadata[]): Field {
  const field: Field = { isNeeded: true, judges: [], items: [] };
  for (const rule of rules) {
    if (isOptional(bodyClass, rule)) field.isNeeded = false;
    else (rule.each ? field.items : field.judges).push(ruleJudge(bodyClass, name, rule));
  }
  if (field.items.length > 0) field.judges.push(Array.isArray);
  return field;
}

function ruleJudge(bodyClass: BodyClass, name: string, rule: Metadata): Judge {
  if (rule.type === 'nestedValidation') {
    const itemClass = nestedClass(bodyClass, name);
    if (itemClass === undefined) throw uncompilable(bodyClass, name, 'nestedValidation without ListOf or ObjectOf');
    return objectJudge(itemClass);
  }
  return COMPARISONS[rule.name ?? '']?.(rule.constraints) ?? constraintJudge(bodyClass, rule);
}

function constraintJudge(bodyClass: BodyClass, rule: Metadata): Judge {
  const [constraint] = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  if (
    rule.type !== 'customValidation' ||
    constraint === undefined ||
    constraint.async ||
    rule.validateIf !== undefined
  ) {
    throw uncompilable(bodyClass, rule.propertyName, rule.name ?? rule.type);
  }
  const { instance } = constraint;
  const { constraints, propertyName: property } = rule;
  const args: ValidationArguments = {
    targetName: bodyClass.name,
    property,
    object: NO_BODY,
    value: undefined,
    constraints,
  };
  return (value, object) => {
    args.object = object;
    args.value = value;
    try {
      return instance.validate(value, args) === true;
    } finally {
      // What is personal is not held on to.
      args.object = NO_BODY;
      args.value = undefined;
    }
  };
}

function isOptional(bodyClass: BodyClass, rule: Metadata): boolean {
  if (rule.type !== 'conditionalValidation') return false;
  if (rule.constraints[0] !== isGiven) throw uncompilable(bodyClass, rule.propertyName, 'a condition of its own');
  return true;
}

function uncompilable(bodyClass: BodyClass, field: string, rule: string): Error {
  return new Error(`${bodyClass.name}.${field}: cannot compile the rule ${rule}`);
}
