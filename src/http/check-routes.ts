import type { INestApplication, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { accessOf } from './access.js';
import type { BodyClass } from './validation/fields.js';
import { ValidationPipe } from './validation/validation-pipe.js';

/**
 * What would fail on a request fails when the service starts: a route that says nothing of who may use it (the guard closes
 * it to all), and a body with a rule that cannot be compiled.
 */
export function checkRoutes(app: INestApplication): void {
  const scanner = app.get(MetadataScanner, { strict: false });
  const pipe = app.get(ValidationPipe);
  for (const { metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, object>;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata('path', handler)) continue;
      if (accessOf(handler, controller) === undefined)
        throw new Error(`${controller.name}.${name} needs @Allow or @Public`);
      for (const bodyClass of bodyClasses(controller, name)) pipe.compile(bodyClass);
    }
  }
}

function bodyClasses(controller: Type, method: string): BodyClass[] {
  const types: BodyClass[] = Reflect.getMetadata('design:paramtypes', controller.prototype, method) ?? [];
  const parameters: Record<string, { index: number }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {};
  return Object.entries(parameters)
    .filter(([kind]) => kind.startsWith(`${RouteParamtypes.BODY}:`))
    .flatMap(([, { index }]) => types[index] ?? []);
}
