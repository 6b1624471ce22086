import type { ComponentChildren } from 'preact';
import type { Setting } from './page.js';

interface FileLinksProps {
  setting: Setting;
  /** Of the JSON that the page shows. */
  path: string;
  query?: Record<string, string | undefined>;
  formats: readonly ('csv' | 'xlsx' | 'json')[];
  /** Further ways to the same. */
  children?: ComponentChildren;
}

/** All that the page shows, of the same day, for a spreadsheet or a program. */
export function FileLinks({ setting: { say, asOf, lang }, path, query = {}, formats, children }: FileLinksProps) {
  const href = (format: string) => {
    const given = Object.entries({
      ...query,
      asOf: asOf === undefined || asOf.includes('T') ? asOf : `${asOf}T23:59:59.999+08:00`,
      lang: lang === 'en' ? lang : undefined,
      format,
    });
    return `${path}?${new URLSearchParams(given.filter((pair): pair is [string, string] => pair[1] !== undefined))}`;
  };
  return (
    <span class="files">
      {say('下载本表：', 'This table as ')}
      {formats.map((format) => (
        <a key={format} href={href(format)}>
          {format.toUpperCase()}
        </a>
      ))}
      {children}
    </span>
  );
}
