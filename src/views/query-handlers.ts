import type { Type } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { AssetHandler, AssetsHandler } from './assets/assets-query.js';
import { BalancesHandler } from './balances/balances-query.js';
import { DivisionHandler } from './divisions/division-query.js';
import { FundHandler } from './funds/fund-query.js';
import { FundsHandler } from './funds/funds-query.js';
import { BeneficiaryHandler } from './payouts/beneficiary-query.js';
import { PayoutsHandler, PayoutTotalsHandler } from './payouts/payouts-query.js';
import { ProjectHandler, ProjectsHandler } from './projects/projects-query.js';
import { TraceHandler } from './trace/trace-query.js';

/** Whoever answers a query of the QueryBus. */
export const QUERY_HANDLERS: Type<IQueryHandler>[] = [
  BalancesHandler,
  FundsHandler,
  FundHandler,
  ProjectsHandler,
  ProjectHandler,
  PayoutsHandler,
  PayoutTotalsHandler,
  BeneficiaryHandler,
  AssetsHandler,
  AssetHandler,
  DivisionHandler,
  TraceHandler,
];
