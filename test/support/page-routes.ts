import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { TestApp } from './app.js';

/** Answers that are not for reading: drawings, the worker of a screen, the bytes of an entry. */
const FILES = /\.(?:svg|js)$|\/entry$/;

/** Every address below /board and /verify that people read at, as the router has it: `/board/:division/funds/:book/:id`. */
export function pageRoutes({ app }: TestApp): string[] {
  const scanner = new MetadataScanner();
  const routes = app
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype }) => {
      if (metatype === null || metatype === undefined) return [];
      const above: string = Reflect.getMetadata(PATH_METADATA, metatype);
      return scanner.getAllMethodNames(metatype.prototype).flatMap((name) => {
        const method: object = metatype.prototype[name];
        if (Reflect.getMetadata(METHOD_METADATA, method) !== RequestMethod.GET) return [];
        const path: string = Reflect.getMetadata(PATH_METADATA, method);
        return [`/${above}/${path}`.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')];
      });
    });
  return routes.filter((route) => /^\/(?:board|verify)(?:\/|$)/.test(route) && !FILES.test(route));
}

/** Of the routes, the one that takes a path: that which leaves the least open. */
export function routeOf(path: string, routes: readonly string[]): string | undefined {
  const { pathname } = new URL(path, 'http://board');
  return routes
    .filter((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+').replace('*', '.*')}$`).test(pathname))
    .sort((a, b) => openness(a) - openness(b))[0];
}

function openness(route: string): number {
  return route.split('/').filter((part) => part.startsWith(':')).length + (route.includes('*') ? 100 : 0);
}
