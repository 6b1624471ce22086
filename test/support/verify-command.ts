import { type VerifyOptions, verifyBook } from '../../src/commands/verify.js';

/** What the command prints, and its exit status. */
export async function verify(
  source: string,
  options: Partial<VerifyOptions> = {},
): Promise<{ text: string; status: number }> {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const bar = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await verifyBook(source, { key: [], json: false, ...options });
    return { text: said.mock.calls.flat().join('\n'), status: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    said.mockRestore();
    bar.mockRestore();
  }
}
