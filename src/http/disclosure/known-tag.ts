/**
 * Whether the reader has what this tag stands for; tags are compared weakly: RFC 9110, section 13.1.2.
 *
 * @param given header `If-None-Match` of the request
 */
export function knows(given: string | undefined, etag: string): boolean {
  if (given === undefined || given === etag) return given === etag;
  return given.trim() === '*' || tagsOf(given).some((one) => opaque(one) === opaque(etag));
}

/** Those of a header; a tag may have commas of its own. */
export function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
