/** What commander finds wrong with a command line, by how it says so, in Chinese. */
const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^missing required argument /, '缺少参数'],
  [/^too many arguments/, '参数过多'],
  [/^command-argument value .* is invalid/, '参数无效'],
  [/^unknown command /, '没有此命令'],
  [/^unknown option /, '没有此选项'],
  [/^required option .* not specified/, '缺少选项'],
  [/^option .* argument missing/, '选项缺少取值'],
  [/^option .* is invalid/, '选项取值无效'],
];

/** An error of commander as people read it: Chinese first. */
export function wrongUse(error: string): string {
  const english = error.replace(/^error: /, '');
  const [, chinese = '命令有误'] = CHINESE.find(([begins]) => begins.test(english)) ?? [];
  return `${chinese} ${english}`;
}
