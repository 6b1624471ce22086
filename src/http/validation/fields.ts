import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  Matches,
  Max,
  Min,
  registerDecorator,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { inBoth, type Words } from '../../domain/words.js';
import { DAY, JSON_OBJECT, lineOfText, linesOfText, listOf, mustBe, oneOf, wholeNumber } from './allowed.js';
import { isAmount, isChange, isDay, isProse, isText } from './values.js';

/** What the documentation says of a field; `optional` also means that the field may be left out. */
export interface About {
  about: string;
  example?: unknown;
  optional?: true;
}

export type BodyClass = new () => object;

/** `null` is not left out: an entry would keep it for ever. */
export function isGiven(_body: object, value: unknown): boolean {
  return value !== undefined;
}

const nestedClasses = new Map<object, Map<string, BodyClass>>();

/** The class of an object inside a body, or of the items of a list, where they are objects. */
export function nestedClass(bodyClass: BodyClass, property: string): BodyClass | undefined {
  for (let at: object | null = bodyClass.prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const found = nestedClasses.get(at)?.get(property);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A rule of our own, judged by one function wherever a body is judged. Its message says what is allowed, in both languages. */
function Rule(
  name: string,
  judge: (value: unknown) => boolean,
  message: string,
  options: ValidationOptions = {},
): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options: { ...options, message },
      validator: { validate: judge },
    });
  };
}

function field(
  { about, example, optional }: About,
  schema: ApiPropertyOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  const shown = {
    ...schema,
    description: about,
    required: optional !== true,
    ...(example !== undefined && { example }),
  };
  return applyDecorators(
    ...(optional ? [ValidateIf(isGiven)] : []),
    ...rules,
    ApiProperty(shown as ApiPropertyOptions),
  );
}

export function Text(about: About & { max?: number }): PropertyDecorator {
  const { max = 200 } = about;
  const message = mustBe(lineOfText(max));
  return field(
    about,
    { type: String, minLength: 1, maxLength: max },
    Rule('isText', (value) => isText(value, max), message),
  );
}

/** A text of several lines. */
export function Prose(about: About & { max: number }): PropertyDecorator {
  const message = inBoth({
    zh: `应为 1 至 ${about.max} 字的文字,可分行,不得空白或含其他控制字符`,
    en: `must be a text of 1 to ${about.max} characters, not blank, without control characters but line breaks`,
  });
  return field(
    about,
    { type: String, minLength: 1, maxLength: about.max },
    Rule('isProse', (value) => isProse(value, about.max), message),
  );
}

/** A text that matches a pattern; `allowed` says it in words. The value itself is never repeated. */
export function Pattern(pattern: RegExp, allowed: Words, about: About): PropertyDecorator {
  return field(about, { type: String, pattern: pattern.source }, Matches(pattern, { message: mustBe(allowed) }));
}

export function Judged(judge: (value: unknown) => boolean, allowed: Words, about: About): PropertyDecorator {
  return field(about, { type: String }, Rule('isJudged', judge, mustBe(allowed)));
}

export function Choice(choices: readonly string[], about: About): PropertyDecorator {
  return field(about, { type: String, enum: [...choices] }, IsIn(choices, { message: mustBe(oneOf(choices)) }));
}

export function WholeNumber(min: number, max: number, about: About): PropertyDecorator {
  const message = mustBe(wholeNumber(min, max));
  const schema: ApiPropertyOptions = { type: 'integer', minimum: min, maximum: max };
  return field(about, schema, IsInt({ message }), Min(min, { message }), Max(max, { message }));
}

const YUAN_PATTERN = '^(?:0|[1-9]\\d{0,12})\\.\\d{2}$';
const YUAN = {
  zh: '以元为单位、带两位小数的字符串,如 "1250000.00"',
  en: 'yuan as a string with two decimals, such as "1250000.00"',
};

export function Amount(about: About): PropertyDecorator {
  const message = mustBe({
    zh: `${YUAN.zh},大于 0 且不超过 1000000000000.00`,
    en: `${YUAN.en}, above 0 and at most 1000000000000.00`,
  });
  return field(
    { example: '1250000.00', ...about },
    { type: String, pattern: YUAN_PATTERN },
    Rule('isAmount', isAmount, message),
  );
}

/** Signed, not zero. */
export function Change(about: About): PropertyDecorator {
  const message = mustBe({
    zh: `${YUAN.zh} 或 "-1250000.00",不为 0,增减均不超过 1000000000000.00`,
    en: `${YUAN.en} or "-1250000.00", not 0 and at most 1000000000000.00 either way`,
  });
  return field(
    { example: '-250000.00', ...about },
    { type: String, pattern: `^-?${YUAN_PATTERN.slice(1)}` },
    Rule('isChange', isChange, message),
  );
}

export function Day(about: About): PropertyDecorator {
  const rule = Rule('isDay', isDay, mustBe(DAY));
  return field({ example: '2016-07-13', ...about }, { type: String, format: 'date' }, rule);
}

const ID_CHARACTERS = 'A-Z a-z 0-9 . _ -';

export function Id(about: About & { max?: number }): PropertyDecorator {
  const { max = 64 } = about;
  return Pattern(
    new RegExp(`^[A-Za-z0-9._-]{1,${max}}$`),
    {
      zh: `1 至 ${max} 个字符的编号,可用 ${ID_CHARACTERS}`,
      en: `an id of 1 to ${max} characters out of ${ID_CHARACTERS}`,
    },
    about,
  );
}

function list(
  about: About,
  schema: ApiPropertyOptions,
  min: number,
  max: number,
  what: Words,
  rules: PropertyDecorator[],
): PropertyDecorator {
  const message = mustBe(listOf(min, max, what));
  const size = [
    IsArray({ message }),
    ...(min > 0 ? [ArrayMinSize(min, { message })] : []),
    ArrayMaxSize(max, { message }),
  ];
  return field(
    about,
    { ...schema, isArray: true, minItems: min, maxItems: max } as ApiPropertyOptions,
    ...size,
    ...rules,
  );
}

export function Texts(about: About & { min?: number; count: number; max: number }): PropertyDecorator {
  const { min = 0, count, max } = about;
  const what = linesOfText(max);
  const message = mustBe(listOf(min, count, what));
  const rule = Rule('areTexts', (value) => isText(value, max), message, { each: true });
  return list(about, { type: String }, min, count, what, [rule]);
}

export function Choices(choices: readonly string[], about: About): PropertyDecorator {
  const what = { zh: `取自 ${choices.join(', ')}`, en: `of ${choices.join(', ')}` };
  const rule = IsIn(choices, { each: true, message: mustBe(listOf(0, choices.length, what)) });
  return list(about, { type: String, enum: [...choices] }, 0, choices.length, what, [rule]);
}

export function WholeNumbers(min: number, max: number, about: About & { count: number }): PropertyDecorator {
  const what = { zh: `各为 ${min} 至 ${max} 的整数`, en: `whole numbers from ${min} to ${max}` };
  const message = mustBe(listOf(1, about.count, what));
  const each = { each: true, message };
  const rules = [IsInt(each), Min(min, each), Max(max, each)];
  return list(about, { type: 'integer', minimum: min, maximum: max }, 1, about.count, what, rules);
}

export function Ids(about: About & { count: number }): PropertyDecorator {
  const what = {
    zh: `各为 1 至 64 个字符的编号,可用 ${ID_CHARACTERS}`,
    en: `ids of 1 to 64 characters out of ${ID_CHARACTERS}`,
  };
  const message = mustBe(listOf(1, about.count, what));
  return list(about, { type: String }, 1, about.count, what, [
    Matches(/^[A-Za-z0-9._-]{1,64}$/, { each: true, message }),
  ]);
}

/** A list of objects of another class. */
export function ListOf(itemClass: BodyClass, about: About & { max: number; what: Words }): PropertyDecorator {
  const rules = [ValidateNested({ each: true }), remembered(itemClass)];
  return list(about, { type: itemClass }, 1, about.max, about.what, rules);
}

/** An object of another class. */
export function ObjectOf(itemClass: BodyClass, about: About): PropertyDecorator {
  return field(
    about,
    { type: itemClass },
    IsObject({ message: mustBe(JSON_OBJECT) }),
    ValidateNested(),
    remembered(itemClass),
  );
}

function remembered(itemClass: BodyClass): PropertyDecorator {
  return (target, property) => {
    const known = nestedClasses.get(target) ?? new Map<string, BodyClass>();
    nestedClasses.set(target, known.set(String(property), itemClass));
  };
}

/** Name of the rules that look at a whole body; no field can be called so. */
export const WHOLE_BODY = '';

/** A rule between fields; the error names `shownAt`. */
export function Together(
  judge: (body: Record<string, unknown>) => boolean,
  shownAt: string,
  words: Words,
): ClassDecorator {
  return (target) => {
    registerDecorator({
      name: 'together',
      target,
      propertyName: WHOLE_BODY,
      options: { message: inBoth(words), context: { shownAt } },
      validator: { validate: (_value, args) => judge(args?.object as Record<string, unknown>) },
    });
  };
}
