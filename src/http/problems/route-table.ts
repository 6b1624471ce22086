import { Injectable } from '@nestjs/common';

/** Which methods each address takes, to tell an unknown address (404) from an unknown method (405). */
@Injectable()
export class RouteTable {
  private readonly routes: { pattern: RegExp; methods: Set<string> }[] = [];
  private readonly byPath = new Map<string, Set<string>>();

  /** `path` as Fastify knows it: `/v1/books/:book/funds`. */
  add(path: string, methods: string | string[]): void {
    let known = this.byPath.get(path);
    if (known === undefined) {
      known = new Set();
      this.byPath.set(path, known);
      // What takes every address says nothing of any.
      if (path !== '*' && path !== '/*') this.routes.push({ pattern: patternOf(path), methods: known });
    }
    for (const method of [methods].flat()) known.add(method);
  }

  /** Every address that takes this method, as Fastify knows it. */
  pathsOf(method: string): string[] {
    return [...this.byPath].filter(([, methods]) => methods.has(method)).map(([path]) => path);
  }

  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] ?? '';
    return [
      ...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])),
    ].sort();
  }
}

function patternOf(path: string): RegExp {
  const parts = path
    .split('/')
    .map((part) =>
      part === '*' ? '.+' : part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    );
  return new RegExp(`^${parts.join('/')}$`);
}
