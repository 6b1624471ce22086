import { type FormerDivision, plainName } from '../divisions/division-table.js';
import { linkIn, type Setting } from './page.js';

/** Stands above all pages of a code that is no longer in use, which tell what was recorded under it: what took its place. */
export function Former({ setting, former }: { setting: Setting; former: FormerDivision }) {
  const { say } = setting;
  const { code, name, until, successors } = former;
  return (
    <div class="moment" role="note">
      <div class="wide">
        {say(
          `区划代码 ${code}（${plainName(name)}）自 ${until} 年起不再使用，它的范围现在属于：`,
          `The code ${code} (${plainName(name)}) is not in use since ${until}; its area now belongs to: `,
        )}
        {successors.length === 0 && say('后续代码没有记录。', 'what followed is not on record.')}
        {successors.map((successor, index) => (
          <span key={successor.code}>
            {index > 0 && say('、', ', ')}
            <a href={linkIn(setting, `/board/${successor.code}`)}>
              {plainName(successor.name)} {successor.code}
            </a>
          </span>
        ))}
      </div>
    </div>
  );
}
