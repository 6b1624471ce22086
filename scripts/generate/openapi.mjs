import { stringify } from 'yaml';
import { describeApp } from '../../dist/create-app.js';

/** What the controllers and body classes say of themselves; nothing is started for it. */
export default async function openapi() {
  const document = await describeApp();
  return `# Made by \`npm run generate\` from src/http/; not to be edited.\n${stringify(document, { lineWidth: 120, aliasDuplicateObjects: false })}`;
}
