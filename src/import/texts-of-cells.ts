const TEXT = /<(si|is)(?:\s[^<>]*)?(?<!\/)>([\s\S]*?)<\/\1>/g;
const GUIDE = /<rPh[\s>][\s\S]*?<\/rPh>/g;
const RUN = /<t(?:\s[^<>]*)?(?<!\/)>([^<]*)<\/t>/g;

/**
 * The XML of a sheet or of its shared texts, in which each text is one run. Of several runs in a cell exceljs 4.4 keeps the
 * last, and of a text with a phonetic guide the guide:
 * `<si><r><t>张</t></r><r><t>三</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh></si>` becomes `<si><t>张三</t></si>`.
 */
export async function* withTextsJoined(xml: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = '';
  for await (const part of xml) {
    pending += part;
    const whole = endOfWhole(pending);
    if (whole > 0) yield joined(pending.slice(0, whole));
    pending = pending.slice(whole);
  }
  if (pending !== '') yield joined(pending);
}

function joined(xml: string): string {
  return xml.replace(TEXT, (_, name: string, content: string) => {
    const runs = Array.from(content.replace(GUIDE, '').matchAll(RUN), ([, text]) => text);
    return `<${name}><t xml:space="preserve">${runs.join('')}</t></${name}>`;
  });
}

/** Before a text, or a tag, whose end is yet to come. */
function endOfWhole(xml: string): number {
  const tag = xml.lastIndexOf('<');
  const cut = tag > xml.lastIndexOf('>') ? tag : xml.length;
  for (const name of ['si', 'is']) {
    const opening = Math.max(xml.lastIndexOf(`<${name}>`, cut), xml.lastIndexOf(`<${name} `, cut));
    const isOpen = opening >= 0 && opening < cut && !xml.slice(opening, cut).includes(`</${name}>`);
    if (isOpen && !/^[^>]*\/>/.test(xml.slice(opening, cut))) return opening;
  }
  return cut;
}
