import { Argument, Command, CommanderError, Option } from 'commander';
import { wrongUse } from '../src/commands/wrong-use.js';

/** What a command of each kind of option says of a command line, below a program that says it in Chinese first. */
function said(...line: string[]): string {
  let text = '';
  const program = new Command('mingzhang')
    .configureOutput({ writeErr: (part) => (text += part), outputError: (error, write) => write(wrongUse(error)) })
    .exitOverride();
  program
    .command('verify')
    .addArgument(new Argument('<source>').choices(['here', 'there']))
    .requiredOption('--key <vkey>')
    .addOption(new Option('--format <format>').choices(['csv']));
  expect(() => program.parse(line, { from: 'user' })).toThrow(CommanderError);
  return text;
}

test.each([
  ['an argument that is missing', ['verify', '--key', 'k'], "缺少参数 missing required argument 'source'\n"],
  ['one too many', ['verify', 'here', 'there', '--key', 'k'], /^参数过多 too many arguments for 'verify'/],
  [
    'one that is not allowed',
    ['verify', 'nowhere', '--key', 'k'],
    /^参数无效 command-argument value 'nowhere' is invalid/,
  ],
  ['a command that is none', ['verifi'], /^没有此命令 unknown command 'verifi'\n\(Did you mean verify\?\)/],
  [
    'an option that is none',
    ['verify', 'here', '--key', 'k', '--kee', 'k'],
    /^没有此选项 unknown option '--kee'\n\(Did you mean --key\?\)/,
  ],
  ['one that is missing', ['verify', 'here'], "缺少选项 required option '--key <vkey>' not specified\n"],
  ['one without its value', ['verify', 'here', '--key'], "选项缺少取值 option '--key <vkey>' argument missing\n"],
  [
    'a value that is not allowed',
    ['verify', 'here', '--key', 'k', '--format', 'x'],
    /^选项取值无效 option .* is invalid/,
  ],
])('a command line with %s is refused in Chinese first', (_, line, expected) => {
  expect(said(...line)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});
