import type { LineFilter, LineSort } from '../disclosure/disclosure-reader.js';
import type { DivisionSummary, LineKind } from '../disclosure/lines.js';
import { DIVISION_LEVELS } from '../domain/division.js';
import { ASSET_CLASSES, FUND_LEVELS, OWNER_KINDS, STAGES } from '../domain/kinds.js';
import { NOTICE_STATES } from '../domain/notices/standing.js';
import { NOTICE_TYPES } from '../domain/notices/types.js';
import { Kept, linkIn, type Setting } from './page.js';
import {
  ASSET_CLASS_WORDS,
  DIVISION_LEVEL_WORDS,
  FUND_LEVEL_WORDS,
  type Lang,
  NOTICE_STATE_WORDS,
  noticeTypeWords,
  OWNER_WORDS,
  STAGE_WORDS,
  wordOf,
} from './words.js';

interface Choice {
  value: string;
  label: string;
}

interface Field {
  name: string;
  label: string;
  choices: Choice[];
}

interface FiltersProps {
  setting: Setting;
  kind: LineKind;
  /** The page's own address without a query. */
  path: string;
  filter: LineFilter;
  sort: LineSort;
  summary: DivisionSummary;
  /** The day that the page tells of, `YYYY-MM-DD`. */
  today: string;
}

/** What a list can be narrowed to: an ordinary form, so that it works without scripts and its answer has an address. */
export function Filters({ setting, kind, path, filter, sort, summary, today }: FiltersProps) {
  const { say } = setting;
  const given: Record<string, string | undefined> = {
    year: filter.year?.toString(),
    category: filter.category,
    level: filter.level ?? filter.noticeLevel,
    owner: filter.owner,
    stage: filter.stage,
    status: filter.status,
    state: filter.state,
    sort: sortWord(sort),
  };
  return (
    <search aria-label={say('筛选', 'Filter')}>
      <details class="fold" open={Object.keys(filter).length > 0}>
        <summary>{say('筛选和排序', 'Filter and order')}</summary>
        <form class="tools" action={path}>
          <Kept setting={setting} />
          <label class="grow">
            {kind === 'payout'
              ? say('姓名、政策、文号或地点', 'Name, policy, document or place')
              : say('名称、文号或地点', 'Name, document or place')}
            <input type="search" name="q" value={filter.q} maxLength={100} />
          </label>
          {fieldsOf(kind, setting, summary, today).map(({ name, label, choices }) => (
            <label key={name}>
              {label}
              <select name={name}>
                {name !== 'sort' && <option value="">{say('全部', 'All')}</option>}
                {choices.map(({ value, label: text }) => (
                  <option key={value} value={value} selected={given[name] === value}>
                    {text}
                  </option>
                ))}
              </select>
            </label>
          ))}
          <span class="acts">
            <button type="submit">{say('筛选', 'Apply')}</button>
            {Object.keys(filter).length > 0 && (
              <a class="clear" href={linkIn(setting, path)}>
                {say('清除', 'Clear')}
              </a>
            )}
          </span>
        </form>
      </details>
    </search>
  );
}

/** As the address writes it: `-amount` for the largest first. */
export function sortWord({ by, isDescending }: LineSort): string {
  return isDescending ? `-${by}` : by;
}

function fieldsOf(kind: LineKind, setting: Setting, summary: DivisionSummary, today: string): Field[] {
  const { say, lang } = setting;
  const year = { name: 'year', label: say('年度', 'Year'), choices: yearsOf(summary, today) };
  const levels = {
    name: 'level',
    label: say('资金层级', 'Level of money'),
    choices: FUND_LEVELS.map((level) => ({ value: level, label: wordOf(FUND_LEVEL_WORDS, level, lang) })),
  };
  const status = {
    name: 'status',
    label: say('状态', 'State'),
    choices: [
      { value: 'standing', label: say('有效', 'Standing') },
      { value: 'reversed', label: say('已冲销', 'Reversed') },
    ],
  };
  const sort = {
    name: 'sort',
    label: say('排序', 'Order'),
    choices: [
      { value: '-date', label: say('日期从新到旧', 'Newest first') },
      { value: 'date', label: say('日期从旧到新', 'Oldest first') },
      { value: '-amount', label: say('金额从大到小', 'Largest first') },
      { value: 'amount', label: say('金额从小到大', 'Smallest first') },
      { value: 'title', label: say('名称', 'Name') },
    ],
  };
  const own = [year, ...ownFields(kind, setting, summary)];
  // A notice moves no money, and is withdrawn or corrected where an entry is reversed.
  if (kind === 'notice')
    return [...own, { ...sort, choices: sort.choices.filter(({ value }) => !value.endsWith('amount')) }];
  return [...own, ...(HAS_LEVELS.includes(kind) ? [levels] : []), status, sort];
}

const HAS_LEVELS: readonly LineKind[] = ['fund', 'allocation', 'integration', 'project', 'payout', 'asset'];

function ownFields(kind: LineKind, { say, lang }: Setting, summary: DivisionSummary): Field[] {
  const category = (label: string, choices: Choice[]): Field => ({ name: 'category', label, choices });
  switch (kind) {
    case 'project': {
      const stages = STAGES.map((value) => ({ value, label: wordOf(STAGE_WORDS, value, lang) }));
      return [
        category(say('类别', 'Category'), counted(summary, 'project')),
        { name: 'stage', label: say('进度', 'Stage'), choices: stages },
      ];
    }
    case 'payout':
      return [category(say('补贴政策', 'Policy'), counted(summary, 'payout'))];
    case 'asset':
      return [
        category(say('资产类别', 'Class'), worded(ASSET_CLASSES, ASSET_CLASS_WORDS, lang)),
        { name: 'owner', label: say('所有权人', 'Owner'), choices: worded(OWNER_KINDS, OWNER_WORDS, lang) },
      ];
    case 'income':
      return [
        category(say('收入或分配', 'Received or shared'), [
          { value: 'received', label: say('收入', 'Received') },
          { value: 'shared', label: say('分配', 'Shared') },
        ]),
      ];
    case 'notice':
      return [
        category(
          say('类型', 'Type'),
          NOTICE_TYPES.map((type) => ({ value: type, label: noticeTypeWords(type, lang) })),
        ),
        {
          name: 'level',
          label: say('公示层级', 'Level'),
          choices: worded(DIVISION_LEVELS, DIVISION_LEVEL_WORDS, lang),
        },
        {
          name: 'state',
          label: say('公示状态', 'State'),
          choices: worded(NOTICE_STATES, NOTICE_STATE_WORDS, lang),
        },
      ];
    default:
      return [];
  }
}

function worded(values: readonly string[], words: Parameters<typeof wordOf>[0], lang: Lang): Choice[] {
  return values.map((value) => ({ value, label: wordOf(words, value, lang) }));
}

function counted({ counts }: DivisionSummary, kind: string): Choice[] {
  const categories = counts.filter((item) => item.kind === kind).map(({ category }) => category);
  return [...new Set(categories)].sort().map((value) => ({ value, label: value }));
}

/** This year and those of which anything is known, with all between them: money of the next is often on record before it begins. */
function yearsOf({ money }: DivisionSummary, today: string): Choice[] {
  const known = [Number(today.slice(0, 4)), ...money.map(({ year }) => year).filter((year) => year > 0)];
  const [first, last] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const year = String(last - index);
    return { value: year, label: year };
  });
}
