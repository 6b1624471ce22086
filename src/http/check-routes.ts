import type { INestApplication, Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { accessOf } from './access.js';

/**
 * What would fail on a request fails when the service starts: a route that says nothing of who may use it, which the guard
 * closes to all.
 */
export function checkRoutes(app: INestApplication): void {
  const scanner = app.get(MetadataScanner, { strict: false });
  for (const { metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, object>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata('path', handler)) continue;
      if (accessOf(handler, controller) === undefined)
        throw new Error(`${controller.name}.${name} needs @Allow or @Public`);
    }
  }
}
