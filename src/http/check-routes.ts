import type { INestApplication, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { CommandKind } from '../domain/command.js';
import { accessOf } from './access.js';
import { IMPORT_KINDS } from './imports/import-kinds.js';
import { POSTS } from './openapi/documented.js';
import type { BodyClass } from './validation/fields.js';
import { ValidationPipe } from './validation/validation-pipe.js';

/**
 * What would fail on a request fails when the service starts: a route that says nothing of who may use it (the guard closes
 * it to all), a body with a rule that cannot be compiled, and a kind that an import would take otherwise than its route.
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
      const bodies = bodyClasses(controller, name);
      for (const bodyClass of bodies) pipe.compile(bodyClass);
      checkImportKind(controller, handler, bodies);
    }
  }
}

/** A line of an import is judged as the route of its kind judges a request. */
function checkImportKind(controller: Type, handler: object, bodies: BodyClass[]): void {
  const kind: CommandKind | undefined = Reflect.getMetadata(POSTS, handler);
  if (kind === undefined) return;
  const { bodyClass, roles, pathField } = IMPORT_KINDS[kind];
  const access = accessOf(handler, controller);
  const path: string = Reflect.getMetadata('path', handler);
  const hasField = pathField === undefined || path.includes(`:${pathField.name}`);
  if (bodies[0] !== bodyClass || String(access) !== String(roles) || !hasField)
    throw new Error(`an import takes the kind ${kind} otherwise than ${controller.name} does`);
}

function bodyClasses(controller: Type, method: string): BodyClass[] {
  const types: BodyClass[] = Reflect.getMetadata('design:paramtypes', controller.prototype, method) ?? [];
  const parameters: Record<string, { index: number }> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {};
  return Object.entries(parameters)
    .filter(([kind]) => kind.startsWith(`${RouteParamtypes.BODY}:`))
    .flatMap(([, { index }]) => types[index] ?? []);
}
