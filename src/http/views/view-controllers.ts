import type { Type } from '@nestjs/common';
import { AssetViewsController } from './assets.js';
import { BalancesController } from './balances.js';
import { DivisionViewsController } from './divisions.js';
import { FundViewsController } from './funds.js';
import { PayoutViewsController } from './payouts.js';
import { ProjectViewsController } from './projects.js';
import { TraceController } from './trace.js';

/** The routes that read the views. */
export const VIEW_CONTROLLERS: Type[] = [
  BalancesController,
  FundViewsController,
  ProjectViewsController,
  PayoutViewsController,
  AssetViewsController,
  DivisionViewsController,
  TraceController,
];
