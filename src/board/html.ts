import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';

export function html(page: VNode): string {
  return `<!doctype html>${render(page)}`;
}
