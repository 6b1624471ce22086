import { Ajv, type AnySchemaObject } from 'ajv';
import { getMetadataStorage, type ValidationArguments } from 'class-validator';
import { type BodyClass, isGiven, nestedClass, WHOLE_BODY } from './fields.js';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Judge = (value: unknown, body: object) => boolean;

/**
 * Rules whose meaning JSON Schema has, so that ajv compiles them to plain comparisons. Every other rule is judged by the
 * constraint of class-validator itself, called from the compiled code: the two cannot disagree on a value.
 */
const SCHEMAS: Record<string, (constraints: unknown[]) => AnySchemaObject> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  min: ([least]) => ({ minimum: least }),
  max: ([most]) => ({ maximum: most }),
  isIn: ([choices]) => ({ enum: choices }),
  isArray: () => ({ type: 'array' }),
  isObject: () => ({ type: 'object' }),
  arrayMinSize: ([least]) => ({ minItems: least }),
  arrayMaxSize: ([most]) => ({ maxItems: most }),
};

const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, ownProperties: true });
ajv.addKeyword({
  keyword: 'judges',
  compile: (judges: Judge[]) => (value: unknown, at?: { parentData: object }) => {
    for (const judge of judges) if (!judge(value, at?.parentData ?? {})) return false;
    return true;
  },
});
ajv.addKeyword({
  keyword: 'together',
  type: 'object',
  compile: (judges: Judge[]) => (body: object) => judges.every((judge) => judge(undefined, body)),
});

/**
 * Compiles the class-validator rules of a body class, the one source of them, into a fast yes or no on parsed JSON.
 * A decorator that cannot be compiled is an error here.
 */
export function compileValidation(bodyClass: BodyClass): (body: unknown) => boolean {
  const validate = ajv.compile(schemaOf(bodyClass));
  return (body) => validate(body) === true;
}

export function metadataByField(bodyClass: BodyClass): Map<string, Metadata[]> {
  const fields = new Map<string, Metadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(bodyClass, '', false, false)) {
    const known = fields.get(metadata.propertyName);
    if (known === undefined) fields.set(metadata.propertyName, [metadata]);
    else known.push(metadata);
  }
  return fields;
}

function schemaOf(bodyClass: BodyClass): AnySchemaObject {
  const schema: AnySchemaObject = { type: 'object', properties: {}, required: [], additionalProperties: false };
  for (const [name, rules] of metadataByField(bodyClass)) {
    if (name === WHOLE_BODY) {
      schema.together = rules.map((rule) => judgeOf(bodyClass, rule));
      continue;
    }
    if (!rules.some((rule) => isOptional(bodyClass, rule))) schema.required.push(name);
    schema.properties[name] = fieldSchema(bodyClass, name, rules);
  }
  return schema;
}

function fieldSchema(bodyClass: BodyClass, name: string, rules: Metadata[]): AnySchemaObject {
  const own: AnySchemaObject[] = [];
  const items: AnySchemaObject[] = [];
  for (const rule of rules) {
    if (isOptional(bodyClass, rule)) continue;
    if (rule.type === 'nestedValidation') (rule.each ? items : own).push(nestedSchema(bodyClass, name));
    else (rule.each ? items : own).push(ruleSchema(bodyClass, rule));
  }
  // The first rules of a list say that it is one; only then are there items to look at.
  return { allOf: [...own, ...(items.length > 0 ? [{ items: { allOf: items } }] : [])] };
}

function nestedSchema(bodyClass: BodyClass, name: string): AnySchemaObject {
  const itemClass = nestedClass(bodyClass, name);
  if (itemClass === undefined) throw uncompilable(bodyClass, name, 'nestedValidation without ListOf or ObjectOf');
  return schemaOf(itemClass);
}

function ruleSchema(bodyClass: BodyClass, rule: Metadata): AnySchemaObject {
  const translate = rule.name === undefined ? undefined : SCHEMAS[rule.name];
  return translate === undefined ? { judges: [judgeOf(bodyClass, rule)] } : translate(rule.constraints);
}

function judgeOf(bodyClass: BodyClass, rule: Metadata): Judge {
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
  return (value, object) => {
    const args: ValidationArguments = { targetName: bodyClass.name, property, object, value, constraints };
    return instance.validate(value, args) === true;
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
