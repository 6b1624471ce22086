import { encode } from 'uqr';

/** A square of modules, `true` for black, with the margin of four that readers need. */
export function qrModules(text: string): boolean[][] {
  return encode(text, { ecc: 'M', border: 4 }).data;
}

/** The black modules as one path, a rectangle for each run of them in a line. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  return modules
    .map((line, y) => [...runsOf(line)].map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`).join(''))
    .join('');
}

function* runsOf(line: readonly boolean[]): Generator<[x: number, length: number]> {
  for (let x = line.indexOf(true); x >= 0; ) {
    const next = line.indexOf(false, x);
    const end = next < 0 ? line.length : next;
    yield [x, end - x];
    x = line.indexOf(true, end);
  }
}

export function QrCode({ text, label }: { text: string; label: string }) {
  const modules = qrModules(text);
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${modules.length} ${modules.length}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect class="ground" width={modules.length} height={modules.length} />
      <path d={qrPath(modules)} />
    </svg>
  );
}
