import { type ChildProcess, fork, type Serializable } from 'node:child_process';

/** How a program ended: its status, which one that a signal ended has not, and what failed where it could not be started. */
export interface ProgramEnd {
  status: number | null;
  error?: string | undefined;
}

export interface StartedProgram {
  /** Never fails. */
  readonly ended: Promise<ProgramEnd>;
  kill(): void;
}

/**
 * Starts a program of this service as a process of its own, which takes its order from its first message. A system that has no more
 * processes or memory is told of as the program's end: whoever starts one has other work, which goes on.
 *
 * @param node the program that runs it
 */
export function startProgram(
  file: string,
  order: Serializable,
  told: (message: unknown) => void = () => undefined,
  node = process.execPath,
): StartedProgram {
  let program: ChildProcess;
  try {
    program = fork(file, { execPath: node, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  } catch (error) {
    return { ended: Promise.resolve({ status: null, error: (error as Error).message }), kill: () => undefined };
  }
  const ended = new Promise<ProgramEnd>((resolve) => {
    // Which faults are thrown and which are told here is the system's; one that did not start tells no exit.
    program.on('error', ({ message }) => {
      if (program.pid === undefined) resolve({ status: null, error: message });
    });
    program.once('exit', (status) => resolve({ status }));
  });
  program.on('message', told);
  // A program that ends before it takes its order is told of by its status.
  if (program.pid !== undefined) program.send(order);
  return { ended, kill: () => void program.kill('SIGKILL') };
}
