import type { AnyEntity, EntityClass, EntitySchema } from '@mikro-orm/core';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { MikroORM, type Options } from '@mikro-orm/postgresql';

export type Entity = EntityClass<AnyEntity> | EntitySchema;

/** The one configuration of MikroORM; `more` is for what a single use needs (the migrator). */
export function ormOptions(url: string, entities: readonly Entity[], more: Partial<Options> = {}): Options {
  return {
    clientUrl: url,
    // MikroORM reads host, port, user and database from the URL; its other words (sslmode ...) are for pg.
    driverOptions: { connectionString: url, application_name: 'mingzhang' },
    entities: [...entities],
    discovery: { warnWhenNoEntities: false },
    metadataProvider: ReflectMetadataProvider,
    forceUtcTimezone: true,
    ...more,
  };
}

export async function openOrm(url: string, entities: readonly Entity[]): Promise<MikroORM> {
  return MikroORM.init(ormOptions(url, entities));
}
