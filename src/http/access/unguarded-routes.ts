import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { accessOf } from '../access.js';

/** A route that says nothing of who may use it is closed to all by the guard; that is a mistake, told at the start. */
export function refuseUnguardedRoutes(app: INestApplication): void {
  const scanner = app.get(MetadataScanner, { strict: false });
  const silent: string[] = [];
  for (const { metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    if (typeof metatype !== 'function') continue;
    const prototype = metatype.prototype as Record<string, object>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      const isRoute = handler !== undefined && Reflect.hasMetadata('path', handler);
      if (isRoute && accessOf(handler, metatype) === undefined) silent.push(`${metatype.name}.${name}`);
    }
  }
  if (silent.length > 0) throw new Error(`these routes need @Allow or @Public: ${silent.join(', ')}`);
}
