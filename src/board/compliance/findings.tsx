import type { Finding, FindingKind } from '../../disclosure/compliance/finding.js';
import { FINDING_WORDS } from '../../disclosure/files/compliance-sheet.js';
import type { DivisionCode } from '../../domain/division.js';
import { Proof, Section } from '../cards/card-parts.js';
import { OBJECTION_KIND_WORDS, OUTCOME_WORDS } from '../notices/notice-words.js';
import { linkIn, type Setting } from '../page.js';
import { type Column, Table } from '../table.js';
import { noticeTypeWords, wordOf } from '../words.js';
import { KIND_WORDS } from './finding-words.js';

/** A page is for reading; whoever wants all of it takes the file. */
const MOST_SHOWN = 100;

interface FindingsProps {
  setting: Setting;
  division: DivisionCode;
  kinds: readonly FindingKind[];
  items: readonly Finding[];
}

/** A table for each kind of which there is any. */
export function Findings({ setting, division, kinds, items }: FindingsProps) {
  const { lang, say } = setting;
  const found = kinds
    .map((kind) => ({ kind, of: items.filter((item) => item.kind === kind) }))
    .filter(({ of }) => of.length > 0);
  return (
    <>
      {found.map(({ kind, of }) => (
        <Section key={kind} id={kind} title={FINDING_WORDS[kind][lang]} note={KIND_WORDS[kind].rule[lang]}>
          <Table
            columns={columnsOf(setting, division, kind)}
            rows={of.slice(0, MOST_SHOWN)}
            keyOf={({ book, seq, notice, title }) => [book, seq, notice, title].join(' ')}
            empty=""
          />
          {of.length > MOST_SHOWN && (
            <p class="quiet">
              {say(
                `只列出前 ${MOST_SHOWN} 件，其余见下载的表格。`,
                `The first ${MOST_SHOWN}; the files have them all.`,
              )}
            </p>
          )}
        </Section>
      ))}
    </>
  );
}

/** Those that say nothing of a kind are left out by the table. */
function columnsOf(setting: Setting, division: DivisionCode, kind: FindingKind): Column<Finding>[] {
  const { say, lang } = setting;
  const { since: sinceWords, due, done, days: daysWords } = KIND_WORDS[kind];
  const board = (book: string, notice: string) => linkIn(setting, `/board/${division}/notices/${book}/${notice}`);
  return [
    {
      head: say('内容', 'What'),
      cell: ({ book, notice, title }) => (notice === null ? title : <a href={board(book, notice)}>{title}</a>),
    },
    {
      head: say('公开事项', 'Type of notice'),
      cell: ({ type }) => (type === null ? null : noticeTypeWords(type, lang)),
    },
    {
      head: say('异议或举报', 'Filed'),
      cell: ({ objection }) => (objection === null ? null : wordOf(OBJECTION_KIND_WORDS, objection, lang)),
    },
    { head: say('地点', 'Place'), cell: ({ divisionName }) => divisionName },
    { head: say('责任单位', 'Responsible unit'), cell: ({ unit }) => unit },
    {
      head: sinceWords[lang],
      cell: ({ book, replaces, since }) => (replaces === null ? since : <a href={board(book, replaces)}>{since}</a>),
    },
    ...(due === undefined ? [] : [{ head: due[lang], cell: ({ dueOn }: Finding) => dueOn }]),
    ...(done === undefined ? [] : [{ head: done[lang], cell: ({ doneOn }: Finding) => doneOn }]),
    ...(daysWords === undefined ? [] : [daysColumn(setting, kind, daysWords[lang])]),
    {
      head: say('答复结果', 'Outcome'),
      cell: ({ outcome }) => (outcome === null ? null : wordOf(OUTCOME_WORDS, outcome, lang)),
    },
    { head: say('原因', 'Reason'), cell: ({ reason }) => reason },
    { head: say('核对', 'Proof'), cell: ({ book, seq }) => <Proof setting={setting} book={book} seq={seq} /> },
  ];
}

function daysColumn(setting: Setting, kind: FindingKind, head: string): Column<Finding> {
  return kind === 'objection_answered'
    ? { head, cell: ({ days }) => inTime(setting, days) }
    : { head, isNumber: true, cell: ({ days }) => days };
}

function inTime({ say }: Setting, days: number) {
  if (days === 0) return <span class="tag">{say('期限内', 'in time')}</span>;
  return <span class="tag bad">{say(`逾期 ${days} 天`, `${days} ${days === 1 ? 'day' : 'days'} late`)}</span>;
}
