import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  advance(count?: number): void;
  /** There is more to do than was thought. */
  grow(total: number): void;
  end(): void;
}

/** A bar on a terminal; elsewhere (a log, a pipe) a line every few seconds. */
export function startProgress(title: string, total: number, stream: NodeJS.WritableStream): Progress {
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}% {value}/{total} {duration_formatted}`,
      stream,
      noTTYOutput: true,
      notTTYSchedule: 3000,
      // Ctrl-C belongs to the service, which stops in order.
      gracefulExit: false,
      // Else an interruption leaves the terminal without line wrap.
      linewrap: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    advance: (count = 1) => bar.increment(count),
    grow: (grown) => bar.setTotal(grown),
    end: () => bar.stop(),
  };
}
