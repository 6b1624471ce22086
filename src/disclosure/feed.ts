import { Inject, Injectable } from '@nestjs/common';
import { DivisionTable, plainName } from '../divisions/division-table.js';
import { SETTINGS, type Settings } from '../settings.js';
import type { LineKind } from './lines.js';
import { nameOf, type PublishedLine, PublishedLines } from './published-lines.js';

/** Who follows a place hears of these; payouts name persons, and no copy of a name goes into a feed reader. */
const FOLLOWED = {
  notice: '公告公示',
  fund: '资金',
  allocation: '资金分配',
  integration: '统筹整合',
  project: '项目',
  asset: '资产',
  income: '资产收益',
} as const satisfies Partial<Record<LineKind, string>>;
const MOST_ITEMS = 50;

export interface FeedItem {
  /** Address of the line: the same for ever. */
  id: string;
  title: string;
  text: string;
  /** Word of its kind. */
  tag: string;
  publishedAt: string;
}

export interface Feed {
  title: string;
  /** Of a place whose code is no longer in use: what took its place. */
  description: string | undefined;
  home: string;
  items: FeedItem[];
}

/** The newest notices and lines of a division and of all below it. */
@Injectable()
export class Feeds {
  constructor(
    private readonly lines: PublishedLines,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async of(division: string): Promise<Feed> {
    const kinds = Object.keys(FOLLOWED) as (keyof typeof FOLLOWED)[];
    const sort = { by: 'date', isDescending: true } as const;
    const found = await Promise.all(
      kinds.map((kind) => this.lines.page({ kind, division, filter: {}, sort, moment: {} }, { limit: MOST_ITEMS })),
    );
    const newest = found
      .flatMap(({ items }) => items as PublishedLine[])
      .sort((a, b) => (a.date === b.date ? compare(b.recordedAt, a.recordedAt) : compare(b.date, a.date)))
      .slice(0, MOST_ITEMS);
    return {
      title: `${nameOf(division)} · 明账`,
      description: formerly(division),
      home: `${this.settings.publicUrl}/board/${division}`,
      items: newest.map(itemOf),
    };
  }
}

function formerly(division: string): string | undefined {
  const former = DivisionTable.get().formerly(division);
  if (former === undefined) return undefined;
  const successors = former.successors.map(({ code, name }) => `${plainName(name)}（${code}）`).join('、');
  return `区划代码 ${division} 自 ${former.until} 年起不再使用，现在是：${successors || '没有记录'}`;
}

function itemOf({
  kind,
  url,
  title,
  amount,
  divisionName,
  date,
  documents,
  status,
  book,
  seq,
  recordedAt,
  facts,
}: PublishedLine) {
  const tag = FOLLOWED[kind as keyof typeof FOLLOWED];
  const said =
    kind === 'notice'
      ? [
          `公示期 ${(facts as PublishedLine<'notice'>['facts']).publicFrom} 至 ${(facts as PublishedLine<'notice'>['facts']).publicTo}`,
        ]
      : [`金额 ${amount} 元`, `日期 ${date}`];
  const struck = status === 'reversed' ? ['已冲销'] : [];
  const text = [divisionName, ...said, ...documents, ...struck, `账套 ${book} 第 ${seq} 号记录`].join('，');
  return { id: url, title: `${tag}：${title}`, text, tag, publishedAt: recordedAt };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON Feed 1.1. */
export function jsonFeed({ title, description, home, items }: Feed, address: string): object {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title,
    ...(description !== undefined && { description }),
    home_page_url: home,
    feed_url: address,
    language: 'zh-CN',
    items: items.map(({ id, title: of, text, tag, publishedAt }) => ({
      id,
      url: id,
      title: of,
      content_text: text,
      date_published: publishedAt,
      tags: [tag],
    })),
  };
}

/** RFC 4287. A feed with nothing in it yet is as old as can be. */
export function atomFeed({ title, description, home, items }: Feed, address: string): string {
  const updated =
    items
      .map(({ publishedAt }) => publishedAt)
      .sort()
      .at(-1) ?? '1970-01-01T00:00:00.000Z';
  const entries = items.map(
    ({ id, title: of, text, tag, publishedAt }) => `  <entry>
    <id>${xml(id)}</id>
    <title>${xml(of)}</title>
    <published>${publishedAt}</published>
    <updated>${publishedAt}</updated>
    <link rel="alternate" type="application/json" href="${xml(id)}"/>
    <category term="${xml(tag)}"/>
    <summary>${xml(text)}</summary>
  </entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
  <id>${xml(address)}</id>
  <title>${xml(title)}</title>
${description === undefined ? '' : `  <subtitle>${xml(description)}</subtitle>\n`}  <updated>${updated}</updated>
  <author><name>明账</name></author>
  <link rel="self" type="application/atom+xml" href="${xml(address)}"/>
  <link rel="alternate" type="text/html" href="${xml(home)}"/>
${entries.join('')}</feed>
`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 has no character for is left out. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
