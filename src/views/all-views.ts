import type { Entity } from '../database/orm.js';
import { assetsView } from './assets/assets.js';
import { balancesView } from './balances/balances.js';
import { disclosureView } from './disclosure/disclosure.js';
import { divisionsView } from './divisions/divisions.js';
import { Checkpoint } from './engine/checkpoint.js';
import { datesView } from './engine/past/dates.js';
import type { View } from './engine/view.js';
import { fundsView } from './funds/funds.js';
import { payoutsView } from './payouts/payouts.js';
import { projectsView } from './projects/projects.js';
import { VIEW_NAMES, type ViewName } from './view-names.js';

const BY_NAME: Record<ViewName, View> = {
  balances: balancesView,
  funds: fundsView,
  projects: projectsView,
  payouts: payoutsView,
  assets: assetsView,
  divisions: divisionsView,
  dates: datesView,
  disclosure: disclosureView,
};

export const VIEWS: readonly View[] = VIEW_NAMES.map((name) => BY_NAME[name]);

export const VIEW_ENTITIES: readonly Entity[] = [
  Checkpoint,
  ...VIEWS.flatMap(({ tables }) => tables.flatMap(({ entity, pastEntity }) => [entity, pastEntity])),
];
